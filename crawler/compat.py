"""What the crawl uses of its libraries beyond their public interfaces, each with why."""

from typing import TYPE_CHECKING

from scrapy.utils._compression import _DecompressionMaxSizeExceeded, _inflate, _unbrotli, _unzstd
from scrapy.utils.gz import gunzip

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

# Scrapy undoes encodings in a middleware, after which the bytes on the wire are lost; the archive wants both. Its
# functions stop at a size, which those of gzip, brotli and zstandard do not.
DECODERS = {"gzip": gunzip, "x-gzip": gunzip, "deflate": _inflate, "br": _unbrotli, "zstd": _unzstd}
TooLarge = _DecompressionMaxSizeExceeded


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
