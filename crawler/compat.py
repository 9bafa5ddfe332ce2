"""What the crawl uses of its libraries and of Linux beyond their public interfaces, each with why."""

import ctypes
import multiprocessing
import os
import signal
from typing import TYPE_CHECKING

from scrapy.utils._compression import _DecompressionMaxSizeExceeded, _inflate, _unbrotli, _unzstd
from scrapy.utils.gz import gunzip

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

# Scrapy undoes encodings in a middleware, after which the bytes on the wire are lost; the archive wants both. Its
# functions stop at a size, which those of gzip, brotli and zstandard do not.
DECODERS = {"gzip": gunzip, "x-gzip": gunzip, "deflate": _inflate, "br": _unbrotli, "zstd": _unzstd}
TooLarge = _DecompressionMaxSizeExceeded

_PR_SET_PDEATHSIG = 1


def wake(crawler: "Crawler") -> None:
    """Have the engine ask the scheduler again now.

    A scheduler that has nothing yet is asked again after an answer, or every five seconds. Only ``_slot`` can ask
    it sooner, when a pause ends.
    """
    slot = crawler.engine._slot if crawler.engine else None
    if slot:
        slot.nextcall.schedule()


def use_bundled_public_suffixes() -> None:
    """Keep Scrapy from fetching the list of public suffixes when a cookie comes: tldextract brings one.

    Scrapy makes its extractor as the module is loaded, and no setting reaches it.
    """
    from scrapy.downloadermiddlewares import cookies
    from tldextract import TLDExtract

    cookies._split_domain = TLDExtract(include_psl_private_domains=True, suffix_list_urls=(), cache_dir=None)


def die_with_parent(parent: int) -> None:
    """Have Linux kill this process when its parent dies, even by SIGKILL; multiprocessing has no way to ask for it."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def allow_children() -> None:
    """Let this process start others, though it is a daemon, as Dask's workers are.

    Daemons may not, lest their children outlive them; ours call :func:`die_with_parent`.
    """
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
