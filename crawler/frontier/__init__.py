"""What the crawl knows of, and what is due."""
