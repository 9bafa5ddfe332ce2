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
    # What fails is told in one line already; these write a traceback for it, Spidermon for every alarm.
    for name in (spider, *_NOISY):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", message=r"Spider\.log\(\)", category=ScrapyDeprecationWarning)
