"""Queries with bounds: what they may use, the processes they run in, and how many run at a time."""
