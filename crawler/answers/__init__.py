"""What an answer is, and what it links to."""
