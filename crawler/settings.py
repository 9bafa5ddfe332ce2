"""Scrapy settings: polite to a provincial government server whose limits nobody here knows."""

import os
from importlib.metadata import version

from database.home import archive, database

BOT_NAME = "nianbao"
SPIDER_MODULES = ["crawler.spiders"]
COMMANDS_MODULE = "crawler.commands"
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

# Whoever runs the crawl says who that is: an e-mail address or a page.
NIANBAO_CONTACT = os.environ.get("NIANBAO_CONTACT", "")
# A name of crawler/portals/portals.yaml, or that with where it is (sample2=http://127.0.0.1:8002).
NIANBAO_PORTAL = "henan"
NIANBAO_DB = str(database())
NIANBAO_ARCHIVE = str(archive())
# Addresses, with commas between, at which links to reports may be found.
NIANBAO_START = os.environ.get("NIANBAO_START", "")
# Hours in which a run may ask, Beijing time (22:00-06:00), and how many requests it may make; empty or 0 is any.
NIANBAO_WINDOW = ""
NIANBAO_BUDGET = 0
# Processes that read what was fetched.
NIANBAO_READERS = os.environ.get("NIANBAO_READERS") or str(os.cpu_count() or 1)
# A WARC file that is larger is followed by the next.
NIANBAO_WARC_BYTES = 1 << 30
USER_AGENT = (
    f"nianbao/{version('nianbao')} (archive of annual disclosure reports; contact: {NIANBAO_CONTACT or 'none'})"
)

DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
    # What every reader of WARC files can undo.
    "Accept-Encoding": "gzip, deflate",
}
ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0
CONCURRENT_REQUESTS = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 1
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
# Callbacks yield nothing; Scrapy would start a hundred tasks for each to handle it.
CONCURRENT_ITEMS = 1
# Of silence (crawler/compat.py): a file may take longer.
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
# A body that was cut short is kept like any other, and recognised for what it is.
DOWNLOAD_FAIL_ON_DATALOSS = False
# Old government servers offer little that OpenSSL's own default would take; certificates are verified all the same.
DOWNLOADER_CLIENT_TLS_CIPHERS = "DEFAULT:@SECLEVEL=1"
DOWNLOAD_VERIFY_CERTIFICATES = os.environ.get("NIANBAO_VERIFY", "1") != "0"

# Every status is an outcome that is recognised; none is dropped on the way to it.
HTTPERROR_ALLOW_ALL = True
METAREFRESH_ENABLED = False

# Both would listen on a local port for commands.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

SCHEDULER = "crawler.run.scheduler.FrontierScheduler"
# Every address that was planned must come to an outcome, however long the one is to which it redirects.
URLLENGTH_LIMIT = 0
# Another try is the same request: none says where it came from.
REFERRER_POLICY = "no-referrer"

# Before robots.txt (100), so that no other host is even asked for its own; next to the wire (above 900), so that the
# archive holds bodies before decompression.
DOWNLOADER_MIDDLEWARES = {
    "crawler.run.hosts.OwnHosts": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.run.middlewares.RobotsMiddleware": 100,
    "crawler.run.middlewares.ArchiveMiddleware": 950,
}
# Knows IPv6, and keeps the addresses that OwnHosts has checked.
TWISTED_DNS_RESOLVER = "scrapy.resolver.CachingHostnameResolver"
# Hosts, with commas between, that may have addresses which are not public.
NIANBAO_PRIVATE = os.environ.get("NIANBAO_PRIVATE", "")
EXTENSIONS = {
    "crawler.run.run.Run": 100,
    "crawler.run.progress.ProgressReport": 200,
    "spidermon.contrib.scrapy.extensions.Spidermon": 500,
    # Its line a minute counts pages; ours says what they came to.
    "scrapy.extensions.logstats.LogStats": None,
}

# After the database has been closed: the monitors look at the run's summary in the stats.
SPIDERMON_ENABLED = True
SPIDERMON_ENGINE_STOP_MONITORS = ("crawler.run.monitors.RunSuite",)
# A command that is run when a monitor fails, with the summary as its input: mail -s nianbao me@example.org
NIANBAO_NOTIFY = os.environ.get("NIANBAO_NOTIFY", "")

LOG_LEVEL = "INFO"
LOG_FORMAT = "%(asctime)s %(levelname)s %(message)s"
