"""Aligning a document with the form: which printed value is which cell."""
