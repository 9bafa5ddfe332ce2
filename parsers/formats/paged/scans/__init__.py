"""Scanned pages and pictures to pages of characters and rules."""
