"""One crawl: its records, its pauses, its progress and its monitors."""
