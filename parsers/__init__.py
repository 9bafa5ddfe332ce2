"""Reading reports: bytes in, a report out."""
