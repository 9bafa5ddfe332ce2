"""A picture of what was found in a document, for whoever wants to know why a cell was read as it was."""
