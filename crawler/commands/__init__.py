"""Commands of Scrapy that this project has in its own way."""
