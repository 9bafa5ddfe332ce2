"""The official form as data: its editions, rows, columns and identities."""
