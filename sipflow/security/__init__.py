"""Keys and access: who may connect to a coordinator's sockets."""
