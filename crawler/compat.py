"""What the crawl uses of its libraries beyond their public interfaces, each with why."""

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers import http11
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


class PatientAgent(http11._ScrapyAgent):
    """Scrapy's timeout is one of the whole answer; here it is one of silence, so that a large file may be slow.

    Only the agent of the download handler knows the timer and the body, and no setting names it.
    """

    # A server that lets a byte pass now and then must not hold up a run for longer than Retry-After may.
    longest = 900.0

    def download_request(self, request: Any) -> Any:
        """Begin to count."""
        self._begun = monotonic()
        self._silence = float(request.meta.get("download_timeout") or self._connectTimeout)
        return super().download_request(request)

    def _cb_bodyready(self, txresponse: Any, request: Any) -> Any:
        deliver = txresponse.deliverBody

        def listen(reader: Any) -> None:
            reader.dataReceived = self._heard(reader.dataReceived)
            deliver(reader)

        txresponse.deliverBody = listen
        return super()._cb_bodyready(txresponse, request)

    def _heard(self, receive: Callable[[bytes], None]) -> Callable[[bytes], None]:
        def received(data: bytes) -> None:
            left = self.longest - (monotonic() - self._begun)
            timer: Any = self._timeout_cl
            if timer.active() and left > 0:
                timer.reset(min(self._silence, left))
            receive(data)

        return received


def wait_for_silence() -> None:
    """Have Scrapy's downloads time out when nothing comes, however long they take in all."""
    http11._ScrapyAgent = PatientAgent  # type: ignore[misc]


def use_bundled_public_suffixes() -> None:
    """Keep Scrapy from fetching the list of public suffixes when a cookie comes: tldextract brings one.

    Scrapy makes its extractor as the module is loaded, and no setting reaches it.
    """
    from scrapy.downloadermiddlewares import cookies
    from tldextract import TLDExtract

    cookies._split_domain = TLDExtract(include_psl_private_domains=True, suffix_list_urls=(), cache_dir=None)
