"""``nianbao review``: people decide what the machine left open, on this machine only."""
