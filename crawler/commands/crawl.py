"""``scrapy crawl public_report``: ends in the same lines and with the same exit code as ``nianbao crawl``."""

import argparse
import sys
from asyncio import Task
from pathlib import Path

from scrapy.commands import crawl
from scrapy.exceptions import UsageError

from crawler.crawl import result_of
from crawler.logs import leave_out_tracebacks
from crawler.portals.portals import PortalError
from crawler.processes import count_of
from crawler.reparse import Incomplete, take_in
from crawler.spiders.public_report import PublicReportSpider
from database.lock import Busy
from database.store import Damaged


class Command(crawl.Command):
    """Scrapy's own exits with 0 whatever the monitors found, and refuses a run with a traceback."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, and say what failed."""
        if args != [PublicReportSpider.name]:
            raise UsageError(f"the one spider here is {PublicReportSpider.name}")
        try:
            self._complain(self._crawl(opts.spargs), 1)
        except (UsageError, PortalError, ValueError) as error:
            self._complain([str(error)], 2)
        except (Busy, Damaged, Incomplete) as error:
            self._complain([str(error)], 1)

    def _crawl(self, arguments: dict[str, str]) -> list[str]:
        process = self.crawler_process
        if process is None:
            raise RuntimeError("Scrapy gives its commands a process")
        settings = process.settings
        db, archive = (Path(settings[name]) for name in ("NIANBAO_DB", "NIANBAO_ARCHIVE"))
        take_in(db, archive, count_of(str(settings["NIANBAO_READERS"])), lambda line: self._complain([line], 0))
        crawler = process.create_crawler(PublicReportSpider)
        leave_out_tracebacks(PublicReportSpider.name)
        crawling = process.crawl(crawler, **arguments)
        process.start()
        if isinstance(crawling, Task):
            crawling.result()
        return result_of(crawler).complaints

    def _complain(self, lines: list[str], code: int) -> None:
        for line in lines:
            sys.stderr.write(f"{line}\n")
        self.exitcode = code if lines else 0
