"""The queues: what a decision costs, a day against queueing theory, and the whole server with a hundred agents."""
