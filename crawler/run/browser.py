"""Pages that a script makes, shown by a browser (extra ``browser``): the only module that knows scrapy-playwright.

The browser asks for a page as the crawl would, and for what the page's scripts ask for: from the portal's own hosts
only, and no pictures, fonts or films. The page is taken once it is quiet.
"""

import asyncio
import shutil
from contextlib import suppress
from typing import Any

from playwright.async_api import Error, Page
from playwright.async_api import Request as BrowserRequest
from playwright.async_api import Response as BrowserResponse
from scrapy.settings import BaseSettings
from scrapy_playwright.page import PageMethod

from crawler.run.hosts import Hosts

# The key of ``Request.meta`` under which a request's Showing stands.
SHOWING = "showing"
_HANDLER = "scrapy_playwright.handler.ScrapyPlaywrightDownloadHandler"
# Debian's and others; Playwright's own is used where none is installed.
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_UNNEEDED = frozenset({"image", "media", "font"})
# Seconds that a page may take until nothing is on its way, and for which nothing may change before it is taken. Chosen
# on the sample portals, whose data come at once; a slow interface is waited for by the first.
_PATIENCE, _QUIET = 20, 0.5
_WAIT_FOR_QUIET = """([quiet, patience]) => new Promise(done => {
  const end = () => {
    observer.disconnect();
    // What is for browsers without scripts is not shown.
    document.querySelectorAll("noscript").forEach(one => one.remove());
    done();
  };
  let timer = setTimeout(end, quiet);
  const observer = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(end, quiet); });
  observer.observe(document, { childList: true, subtree: true, characterData: true });
  setTimeout(end, patience);
})"""


class Showing:
    """One page being shown; ``shell`` is then what the server sent, before any script ran.

    ``asked`` are the addresses from which its scripts then fetched data.
    """

    def __init__(self) -> None:
        self.shell: bytes | None = None
        self.asked: list[str] = []
        self._sent: asyncio.Task[bytes] | None = None

    @property
    def meta(self) -> dict[str, Any]:
        """What a request bears to be shown."""
        return {
            SHOWING: self,
            "playwright": True,
            "playwright_page_event_handlers": {"response": self._keep},
            "playwright_page_methods": [PageMethod(self._settle)],
        }

    def _keep(self, response: BrowserResponse) -> None:
        if response.request.resource_type in ("xhr", "fetch"):
            self.asked.append(f"{response.request.method} {response.url}")
        is_page = response.request.is_navigation_request() and response.frame.parent_frame is None
        if is_page and not 300 <= response.status < 400:
            self._sent = asyncio.ensure_future(response.body())

    async def _settle(self, page: Page) -> None:
        """Wait until nothing is on its way and nothing changes; a page that never rests is taken as it is."""
        with suppress(Error):
            await page.wait_for_load_state("networkidle", timeout=_PATIENCE * 1000)
        await page.evaluate(_WAIT_FOR_QUIET, [_QUIET * 1000, _PATIENCE * 1000])
        if self._sent:
            with suppress(Error):
                self.shell = await self._sent


def use_browser(settings: BaseSettings) -> None:
    """Have Scrapy show what bears a :class:`Showing`."""
    hosts = Hosts(settings)

    async def is_refused(request: BrowserRequest) -> bool:
        return request.resource_type in _UNNEEDED or bool(await hosts.objection_to(request.url))

    path = next(filter(None, map(shutil.which, _NAMES)), None)
    settings.setdict(
        {
            "DOWNLOAD_HANDLERS": {"http": _HANDLER, "https": _HANDLER},
            "PLAYWRIGHT_LAUNCH_OPTIONS": {"executable_path": path} if path else {},
            "PLAYWRIGHT_ABORT_REQUEST": is_refused,
            "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 1,
            "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": settings.getint("DOWNLOAD_TIMEOUT") * 1000,
            "PLAYWRIGHT_CONTEXTS": {"default": {"service_workers": "block"}},
        },
        priority="spider",
    )
