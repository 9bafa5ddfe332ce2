"""Scrapy settings: polite to a provincial government server whose limits nobody here knows."""

import os
from importlib.metadata import version

BOT_NAME = "nianbao"
SPIDER_MODULES = ["crawler.spiders"]
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

# Whoever runs the crawl says who that is: an e-mail address or a page.
NIANBAO_CONTACT = os.environ.get("NIANBAO_CONTACT", "")
NIANBAO_PORTAL = "https://nb.henan.gov.cn"
NIANBAO_DB = "data/nianbao.db"
NIANBAO_ARCHIVE = "data/archive"
USER_AGENT = (
    f"nianbao/{version('nianbao')} (archive of annual disclosure reports; contact: {NIANBAO_CONTACT or 'none'})"
)

ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = 1.0
CONCURRENT_REQUESTS = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 1
AUTOTHROTTLE_ENABLED = True
DOWNLOAD_TIMEOUT = 60
RETRY_TIMES = 2
COOKIES_ENABLED = False

# Every status is an outcome that the spider names; none is dropped on the way to it.
HTTPERROR_ALLOW_ALL = True

# Both would listen on a local port for commands.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# Next to the wire (above 900), so that the archive holds bodies before decompression.
DOWNLOADER_MIDDLEWARES = {"crawler.middlewares.ArchiveMiddleware": 950}
ITEM_PIPELINES = {"crawler.pipelines.StorePipeline": 500}
EXTENSIONS = {"crawler.ledger.Ledger": 100}

LOG_LEVEL = "INFO"
LOG_FORMAT = "%(asctime)s %(levelname)s %(message)s"
