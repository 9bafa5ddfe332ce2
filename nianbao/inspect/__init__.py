"""A picture of what was found in a document, to see why a cell was read as it was."""
