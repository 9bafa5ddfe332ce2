"""What a file says, whatever its kind: blocks of text, grids of cells, and values."""
