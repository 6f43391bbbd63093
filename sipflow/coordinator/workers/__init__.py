"""How a worker process comes to be, and how the coordinator hears of its end."""
