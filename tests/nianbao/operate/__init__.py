"""The operator's files, settings, checks and copies."""
