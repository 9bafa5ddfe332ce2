"""Run the spider from Python, as ``nianbao crawl`` and ``nianbao demo`` do."""

from dataclasses import dataclass
from pathlib import Path

from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.settings import Settings

from crawler.logs import log_to_stderr
from crawler.run.monitors import ALARMS
from crawler.run.run import Run, run_of
from crawler.spiders.public_report import PublicReportSpider
from database.lock import lock_of


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """What a run is asked to do; ``delay`` is in seconds. None leaves a choice to the spider or its settings.

    ``connections`` is how many requests there may be at a time to a host.
    """

    portal: str
    db: Path
    archive: Path
    first: int | None = None
    last: int | None = None
    delay: float | None = None
    full: bool = False
    window: str = ""
    budget: int = 0
    start: tuple[str, ...] = ()
    connections: int = 1
    sweep: bool = False


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """The result of a crawl: how many addresses had each outcome, and which failed why.

    ``trouble`` says what kept the run from its end, or from its records, if anything did; ``ending`` why it
    ended before everything was asked, as its options say; ``alarms`` what the monitors found amiss; ``unlooked``
    which numbers were not looked at.
    """

    outcomes: dict[str, int]
    failures: list[tuple[str, str]]
    trouble: str | None = None
    ending: str | None = None
    alarms: tuple[str, ...] = ()
    unlooked: str = ""

    @property
    def complaints(self) -> list[str]:
        """A line for each problem; none if all went well."""
        failed = [f"{key}: {reason}" for key, reason in self.failures]
        return [*failed, *self.alarms, *filter(None, [self.trouble])]


def crawl(options: CrawlOptions) -> CrawlResult:
    """Crawl once, in this process; Twisted's reactor allows that one time a process.

    Raises :class:`database.lock.Busy` where another crawl or reparse is at work on the database.
    """
    lock_of(options.db)
    settings = settings_of(options)
    process = CrawlerProcess(settings)
    log_to_stderr(settings, PublicReportSpider.name)
    crawler = process.create_crawler(PublicReportSpider)
    bounds = {"first": options.first, "last": options.last}
    arguments = {name: str(number) for name, number in bounds.items() if number is not None}
    process.crawl(crawler, **arguments, full="1" if options.full else "", sweep="1" if options.sweep else "")
    process.start()
    return result_of(crawler)


def result_of(crawler: Crawler) -> CrawlResult:
    """The result of a crawl that has ended."""
    run = run_of(crawler)
    alarms = crawler.stats.get_value(ALARMS, []) if crawler.stats else []
    return CrawlResult(
        run.outcomes, run.failures, _trouble(crawler, run), run.throttle.ending, tuple(alarms), run.unlooked
    )


def _trouble(crawler: Crawler, run: Run) -> str | None:
    """What kept a run from ending normally, or its records from being complete."""
    if run.fault:
        return f"what was fetched is archived, but not all of it is in the database: {run.fault}"
    if run.throttle.failure:
        return f"the crawl was ended: {run.throttle.failure}"
    reason = (crawler.stats.get_stats() if crawler.stats else {}).get("finish_reason", "the crawl did not begin")
    if reason != "finished":
        return f"the crawl did not finish: {reason}"
    ended = run.outcomes.total()
    if ended != run.planned:
        return f"{run.planned} addresses were planned, but {ended} came to an outcome"
    return None


def settings_of(options: CrawlOptions) -> Settings:
    """The project's settings, overridden by the options."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    own = {
        "NIANBAO_PORTAL": options.portal,
        "NIANBAO_DB": str(options.db),
        "NIANBAO_ARCHIVE": str(options.archive),
        "NIANBAO_WINDOW": options.window,
        "NIANBAO_BUDGET": str(options.budget),
        "CONCURRENT_REQUESTS": str(options.connections),
        "CONCURRENT_REQUESTS_PER_DOMAIN": str(options.connections),
        "AUTOTHROTTLE_TARGET_CONCURRENCY": str(options.connections),
        "LOG_LEVEL": "WARNING",
    }
    if options.start:
        own["NIANBAO_START"] = ",".join(options.start)
    if options.delay is not None:
        own["DOWNLOAD_DELAY"] = str(options.delay)
        own["AUTOTHROTTLE_ENABLED"] = str(int(options.delay > 0))
    settings.setdict(own, priority="cmdline")
    return settings
