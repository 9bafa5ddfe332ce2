"""The database: its declared tables, its rows, and its search index."""
