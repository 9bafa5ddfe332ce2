"""The portals as data."""
