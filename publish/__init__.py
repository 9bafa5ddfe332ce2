"""Turning the database into what researchers open."""
