"""What a report says in words: title, chapters, and the figures that its prose states."""
