"""The pjsua stack itself: its settings, memory layout, transports and limits."""
