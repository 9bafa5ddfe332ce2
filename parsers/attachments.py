"""A report that is spread over several files: the portal's page, and the files that it offers as the report's text."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from parsers.convert import opened
from parsers.document.model import NoReport, Unreadable
from parsers.document.reasons import Why
from parsers.formats.office.package import Package
from parsers.formats.sniff import is_archive, is_picture
from parsers.formats.web.page import Page
from parsers.read import read, read_pictures
from parsers.reconcile import reconcile
from parsers.report import Report, with_chapters

# Files of an archive that are read, and how deep archives in archives are opened.
_MAX_MEMBERS = 20
_MAX_DEPTH = 2


def read_bundle(page: bytes | Page, attachments: Sequence[bytes]) -> tuple[Report, int]:
    """Read a page and its attachments as one report; also says which of them its cells come from (0 is the page).

    Of all that read as the same report, the best proved gives the cells; one that another contradicts is
    ``uncertain``. Title, agency and year are those of the page where it states them; a chapter that the best
    one lacks comes from another. Raises :class:`Unreadable`, with the page's reason, where nothing is a report.
    """
    try:
        first: Report | Unreadable = read(page)
    except Unreadable as error:
        first = error
    readings = [(0, first)] if isinstance(first, Report) else []
    for number, report in _attached(attachments):
        if _is_same(report, readings):
            readings.append((number, report))
    if not readings:
        raise first if isinstance(first, Unreadable) else Unreadable("no annual report")
    whole = readings[0][1]
    for _, other in readings[1:]:
        whole = reconcile(whole, other, Why.TWO_FILES)
    # Readings that reconcile() joined stand on the places of the better one.
    origin = next(number for number, report in readings if report.places == whole.places)
    chapters = {number: chapter for _, report in reversed(readings) for number, chapter in report.chapters.items()}
    chapters |= whole.chapters
    if len(chapters) > len(whole.chapters):
        whole = with_chapters(whole, dict(sorted(chapters.items())))
    whole = _titled(whole, [report for _, report in readings])
    return (replace(whole, hint=first.hint or whole.hint) if isinstance(first, NoReport) else whole), origin


def _attached(attachments: Sequence[bytes]) -> Iterator[tuple[int, Report]]:
    """The reports among attachments, with the number of each; pictures are the pages of one."""
    pictures = {number: data for number, data in enumerate(attachments, start=1) if is_picture(data)}
    for number, attachment in enumerate(attachments, start=1):
        # A file that is offered twice is one witness.
        if number not in pictures and attachment not in attachments[: number - 1]:
            yield from ((number, report) for report in _reports(attachment))
    if pictures:
        with suppress(Unreadable):
            yield min(pictures), read_pictures([*pictures.values()])


def _titled(whole: Report, readings: Sequence[Report]) -> Report:
    """The report with whatever it does not state of itself from the first reading that does."""

    def stated(name: str) -> str | None:
        return next((getattr(report, name) for report in (*readings, whole) if getattr(report, name)), None)

    year = next((report.year for report in readings if report.year), None)
    return replace(
        whole,
        title=stated("title"),
        agency=stated("agency"),
        year=year,
        published=stated("published"),
        hint=stated("hint"),
    )


def _is_same(report: Report, readings: Sequence[tuple[int, Report]]) -> bool:
    """Whether a file is on the same year and agency as what was read before, as far as they say."""
    return all(
        None in (getattr(report, name), getattr(other, name)) or getattr(report, name) == getattr(other, name)
        for name in ("year", "agency")
        for _, other in readings[:1]
    )


def _reports(data: bytes, depth: int = 0) -> Iterator[Report]:
    """The reports that a file is, or has in it; what cannot be read is none."""
    try:
        data = opened(data).body
        if is_archive(data):
            for member in Package(data).files(_MAX_MEMBERS if depth < _MAX_DEPTH else 0):
                yield from _reports(member, depth + 1)
        else:
            yield read(data)
    except Unreadable:
        return
