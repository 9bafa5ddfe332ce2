"""Scanned pages and picture files, if the extra ``ocr`` is installed."""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from parsers.document.model import Unreadable
from parsers.formats.paged.page import PrintedPage

if TYPE_CHECKING:
    import numpy as np

# Dots to an inch at which pages are looked at.
DPI = 150

_LACKING = "a scan: reading it needs the extra ocr: pip install 'nianbao[ocr]'"


def read_picture_files(files: Iterable[bytes]) -> Iterator[PrintedPage]:
    """The pages of picture files, in order; raises :class:`Unreadable` for a damaged one, or without the extra."""
    _need_extra()
    from parsers.formats.paged.scans.images import read_image_file

    pictures = (picture for data in files for picture in read_image_file(data))
    for number, picture in enumerate(pictures, start=1):
        yield read_scan(picture.pixels, number, picture.dpi)


def read_scan(pixels: "np.ndarray", number: int, dpi: float) -> PrintedPage:
    """The page that a picture (rows of grey or RGB bytes) shows; raises :class:`Unreadable` without the extra."""
    _need_extra()
    from parsers.formats.paged.scans.ocr import read_picture

    return read_picture(pixels, number, dpi)


def upright(pixels: "np.ndarray", dpi: float) -> "np.ndarray":
    """The picture as :func:`read_scan` looks at it, at ``DPI``; raises :class:`Unreadable` without the extra."""
    _need_extra()
    from parsers.formats.paged.scans import ocr

    return ocr.upright(pixels, dpi)


def upright_pages(data: bytes) -> Iterator["np.ndarray"]:
    """The pages of a picture file as :func:`read_picture_files` looks at them, at ``DPI``."""
    _need_extra()
    from parsers.formats.paged.scans.images import read_image_file

    return (upright(picture.pixels, picture.dpi) for picture in read_image_file(data))


@cache
def is_installed() -> bool:
    """Whether the extra is."""
    return all(find_spec(module) for module in ("rapidocr", "onnxruntime", "cv2", "PIL"))


def _need_extra() -> None:
    if not is_installed():
        raise Unreadable(_LACKING)
