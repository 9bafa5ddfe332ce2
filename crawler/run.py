"""Run the spider from Python, as ``nianbao crawl`` and ``nianbao demo`` do."""

from dataclasses import dataclass
from pathlib import Path

from scrapy.crawler import CrawlerProcess
from scrapy.settings import Settings

from crawler.ledger import ledger_of
from crawler.spiders.public_report import PublicReportSpider


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """What a run is asked to do; ``delay`` is in seconds, None for the default."""

    portal: str
    db: Path
    archive: Path
    first: int
    last: int
    delay: float | None = None
    full: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """What became of the pages: how many came to each outcome, and which failed why."""

    outcomes: dict[str, int]
    failures: list[tuple[str, str]]


def crawl(options: CrawlOptions) -> CrawlResult:
    """Crawl once, in this process; Twisted's reactor allows that one time a process."""
    process = CrawlerProcess(_settings(options))
    crawler = process.create_crawler(PublicReportSpider)
    process.crawl(crawler, first=str(options.first), last=str(options.last), full="1" if options.full else "")
    process.start()
    ledger = ledger_of(crawler)
    return CrawlResult({str(outcome): count for outcome, count in ledger.outcomes.items()}, ledger.failures)


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
