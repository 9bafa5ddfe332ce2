"""What a run says on stderr: one line for each thing, ours alone."""

import logging
import warnings

from scrapy.exceptions import ScrapyDeprecationWarning
from scrapy.settings import BaseSettings

_NOISY = (
    "scrapy.core.scraper",
    "scrapy.downloadermiddlewares.retry",
    "scrapy.downloadermiddlewares.robotstxt",
)


def log_to_stderr(settings: BaseSettings, spider: str) -> None:
    """Log what nianbao has to say; Scrapy's own account of settings and statistics is for developers."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(settings["LOG_FORMAT"]))
    own = logging.getLogger("nianbao")
    own.handlers, own.propagate = [handler], False
    own.setLevel(logging.INFO)
    leave_out_tracebacks(spider)


def leave_out_tracebacks(spider: str) -> None:
    """Silence what writes a traceback for a failure that has its line already; Spidermon does for every alarm."""
    for name in (spider, *_NOISY):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", message=r"Spider\.log\(\)", category=ScrapyDeprecationWarning)
