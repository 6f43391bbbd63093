"""Communication with the coordinator: sockets, the event journal and buffer, the waker."""
