"""How a worker talks to its coordinator: sockets, the event journal and buffer, the waker."""
