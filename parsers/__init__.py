"""Reading reports: bytes in, values out, and one database written."""
