"""Bytes of any kind of file to a document."""
