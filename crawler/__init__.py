"""Walking the portal: the only room that knows Scrapy and the archive's format."""
