"""Picture files (PNG, JPEG, TIFF, BMP, GIF, WebP) to pictures of pages, upright as their metadata say."""

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from parsers.document.model import TooLarge, Unreadable

# An A3 page at 600 dpi has 70 million pixels.
_MOST_PIXELS = 100_000_000
# As many scans as a PDF may hold (pdf.py).
_MOST_PAGES = 60
# The sides of A4 in inches, and widths that a page may have: half of A4 lying down, and A3 lying down; a
# screen's 72 dpi make others.
_A4 = (8.27, 11.69)
_NARROWEST, _WIDEST = 5.0, 18.0
# Modes of Pillow; those of more than a byte a pixel are grey too.
_COLOURLESS = frozenset({"1", "L", "LA", "I", "I;16", "F"})

# Pillow warns of pictures, at every page of them, that are not too large for _picture.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of a page: rows of grey or RGB bytes, and how many pixels there are to an inch."""

    pixels: np.ndarray
    dpi: float


def read_image_file(data: bytes) -> Iterator[Picture]:
    """The pages of a picture file, one at a time; raises :class:`Unreadable` for damaged or vast ones.

    Where the file states no believable resolution, the page is taken for A4.
    """
    try:
        with Image.open(io.BytesIO(data)) as image:
            # Before the first is looked at, which takes seconds.
            if getattr(image, "n_frames", 1) > _MOST_PAGES:
                raise TooLarge(f"too long: a picture of more than {_MOST_PAGES} pages, and no report has so many")
            for frame in ImageSequence.Iterator(image):
                yield _picture(frame)
    except Image.DecompressionBombError as error:
        raise Unreadable(
            f"too large: a picture of more than {_MOST_PIXELS:,} pixels, and no page has so many"
        ) from error
    except UnidentifiedImageError as error:
        raise Unreadable("damaged picture: nothing can be made of it") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise Unreadable(f"damaged picture: {error}") from error


def _picture(frame: Image.Image) -> Picture:
    width, height = frame.size
    if width * height > _MOST_PIXELS:
        raise Unreadable(f"too large: a picture of {width:,} × {height:,} pixels, and no page has so many")
    upright = ImageOps.exif_transpose(frame)
    bands = "L" if upright.mode in _COLOURLESS else "RGB"
    return Picture(np.asarray(_on_white(upright).convert(bands)), _dpi(upright))


def _on_white(image: Image.Image) -> Image.Image:
    """The picture with white paper under what is transparent."""
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image
    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, image.convert("RGBA"))


def _dpi(image: Image.Image) -> float:
    stated = float(image.info.get("dpi", (0, 0))[0])
    if stated and _NARROWEST <= image.width / stated <= _WIDEST:
        return stated
    return float(image.width / _A4[image.width > image.height])
