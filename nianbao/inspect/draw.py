"""From a file to the picture of what was found in it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from nianbao.files import bytes_of
from nianbao.inspect.html import page
from nianbao.inspect.marks import Cells
from nianbao.inspect.pages import is_paged, sheets_of
from nianbao.inspect.passages import passages_of
from nianbao.inspect.pictures import with_boxes
from nianbao.words import printable, reason
from parsers.assemble import Findings
from parsers.convert import opened
from parsers.document.model import Unreadable
from parsers.formats.paged.scans import scan
from parsers.read import inspect
from parsers.report import Report


def draw(given: str, output: Path) -> tuple[Report | Unreadable, list[Path]]:
    """Draw a file's picture; the report or why there is none, and the files written.

    Raises :class:`Unreadable` where there is nothing to draw, or no place to write it.
    """
    data = opened(bytes_of(Path(given))).body
    inspection = inspect(data)
    result, found = inspection.result, inspection.findings
    if found is None:
        raise result if isinstance(result, Unreadable) else Unreadable("nothing was found")
    cells = result.cells if isinstance(result, Report) else found.alignment.cells
    try:
        if output.suffix.lower() == ".png":
            return result, [*_pictures(data, found, cells, output)]
        output.write_text(page(printable(given), data, found, result), encoding="utf-8")
    except OSError as error:
        raise Unreadable(f"{output} cannot be written: {reason(error)}") from error
    return result, [output]


def _pictures(data: bytes, found: Findings, cells: Cells, output: Path) -> Iterator[Path]:
    """Write the pages, each a picture of its own if there are several."""
    if not is_paged(data):
        raise Unreadable("only PDF files and pictures have pages that a PNG could show; give -o a name in .html")
    if not scan.is_installed():
        raise Unreadable("pictures of pages need the extra ocr: pip install 'nianbao[ocr]'")
    sheets = [*sheets_of(data, passages_of(found))]
    for path, sheet in zip(_names(output, len(sheets)), sheets, strict=True):
        with_boxes(sheet, cells).save(path)
        yield path


def _names(output: Path, count: int) -> Sequence[Path]:
    if count == 1:
        return [output]
    return [output.with_name(f"{output.stem}-{number}{output.suffix}") for number in range(1, count + 1)]
