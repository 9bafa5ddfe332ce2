"""Run the spider from Python, as ``nianbao crawl`` and ``nianbao demo`` do."""

import logging
from dataclasses import dataclass
from pathlib import Path

from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.settings import Settings

from crawler.ledger import ledger_of
from crawler.spiders.public_report import PublicReportSpider


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """What a run is asked to do; ``delay`` is in seconds. None leaves a choice to the spider or its settings."""

    portal: str
    db: Path
    archive: Path
    first: int | None = None
    last: int | None = None
    delay: float | None = None
    full: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """What became of the pages: how many came to each outcome, and which failed why.

    ``trouble`` says what kept the run from its end, or from its records, if anything did.
    """

    outcomes: dict[str, int]
    failures: list[tuple[str, str]]
    trouble: str | None = None


def crawl(options: CrawlOptions) -> CrawlResult:
    """Crawl once, in this process; Twisted's reactor allows that one time a process."""
    process = CrawlerProcess(_settings(options))
    # Scrapy logs a whole traceback where a portal has no robots.txt to give; its one line says enough.
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").addFilter(_without_traceback)
    crawler = process.create_crawler(PublicReportSpider)
    bounds = {"first": options.first, "last": options.last}
    arguments = {name: str(number) for name, number in bounds.items() if number is not None}
    process.crawl(crawler, **arguments, full="1" if options.full else "")
    process.start()
    ledger = ledger_of(crawler)
    outcomes = {str(outcome): count for outcome, count in ledger.outcomes.items()}
    return CrawlResult(outcomes, ledger.failures, _trouble(crawler))


def _trouble(crawler: Crawler) -> str | None:
    stats = crawler.stats.get_stats() if crawler.stats else {}
    if stats.get("nianbao/faults"):
        return f"{stats['nianbao/faults']} pages were fetched but not stored: {stats['nianbao/last_fault']}"
    reason = stats.get("finish_reason", "the crawl did not begin")
    return None if reason == "finished" else f"the crawl did not finish: {reason}"


def _without_traceback(record: logging.LogRecord) -> bool:
    record.exc_info = None
    return True


def _settings(options: CrawlOptions) -> Settings:
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    own = {"NIANBAO_PORTAL": options.portal, "NIANBAO_DB": str(options.db), "NIANBAO_ARCHIVE": str(options.archive)}
    if options.delay is not None:
        own["DOWNLOAD_DELAY"] = str(options.delay)
        own["AUTOTHROTTLE_ENABLED"] = str(int(options.delay > 0))
    if options.quiet:
        own["LOG_LEVEL"] = "WARNING"
    settings.setdict(own, priority="cmdline")
    return settings
