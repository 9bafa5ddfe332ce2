"""What the crawl needs of its libraries and the system beyond their public interfaces, each with why."""

from scrapy.crawler import Crawler


def wake(crawler: Crawler) -> None:
    """Have the engine ask the scheduler again now.

    A scheduler that has nothing yet is asked again after an answer, or every five seconds. Only ``_slot`` can ask
    it sooner, when a pause ends.
    """
    slot = crawler.engine._slot if crawler.engine else None
    if slot:
        slot.nextcall.schedule()
