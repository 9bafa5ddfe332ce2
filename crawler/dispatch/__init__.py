"""One crawl, several fetchers: the crawl knows what is due and keeps the books, they ask, Redis is between them.

Redis holds nothing that must not be lost. What is due stands in the database, and what was fetched in the archive,
before anybody hears of it; a request that neither a living fetcher nor the archive knows of is given out again.
"""
