"""A document laid against the form: which printed value is which cell."""
