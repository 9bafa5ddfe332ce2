"""Whom a report is by and which year it is on, from its title."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from parsers.characters.folding import squeeze

_REPORT = r"(?:政府|政务)?(?:信息|政务)公开(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:工作)?(?:情况)?(?:总结)?(?:报告|年报)"
_TITLE = re.compile(rf"(?P<before>.*?)(?P<report>{_REPORT})(?P<after>[（(]?20\d\d年?度?[）)]?)?")
_YEAR = re.compile(r"[（(]?(?P<year>20\d\d)(?:年度|年|度)?[）)]?")
_NUMERAL_YEAR = re.compile(r"二[〇○Ｏ零]([〇○Ｏ零一二三四五六七八九])([〇○Ｏ零一二三四五六七八九])(?=年)")
_NUMERAL_DIGITS = {**dict.fromkeys("〇○Ｏ零", "0"), **{n: str(d) for d, n in enumerate("一二三四五六七八九", start=1)}}
_PERIOD = re.compile(r"(20\d\d)年1月1日.{0,8}?12月31日")
_BEFORE_AGENCY = re.compile(r"^(?:关于|《|发布|公布|年度?)+")
_AFTER_AGENCY = re.compile(r"(?:关于|印发|发布|公布|公开|编制|报送|的|《|：|:)+$")
_NO_AGENCY = re.compile(r"[。，；！？,;>＞|/\\]|[一二三四五六]、|https?:")
_SITE = re.compile(r"\s*[|_—–]+\s*|\s+-\s+|-(?=[\u4e00-\u9fff]+(?:网|平台|政府|网站)$)")
_MAX_TITLE = 80
_MAX_JOINED = 3


@dataclass(frozen=True, slots=True)
class Title:
    """A report's title without spaces, the agency that it names, and its year.

    ``lines`` are the indices of the lines that it was read from, () for a document's own title.
    """

    text: str
    agency: str | None
    year: int | None
    lines: tuple[int, ...] = ()


def find_title(lines: Sequence[str], document_titles: Iterable[str]) -> Title | None:
    """The best title among lines of text (whole lines, or up to three joined) and stated titles.

    One that names agency and year beats one that does not; then a line of the text beats a stated
    title, and one line several joined. Whatever surrounds a title in a sentence is no title.
    """
    candidates = [*_from_lines(lines), *_stated(document_titles)]
    return max(candidates, key=lambda title: (title.agency is not None) + (title.year is not None), default=None)


def year_of_period(text: str) -> int | None:
    """The year of the statistical period (自…年1月1日至…12月31日) that a text states, if it states one."""
    match = _PERIOD.search("".join(text.split()))
    return int(match[1]) if match else None


def _from_lines(lines: Sequence[str]) -> Iterator[Title]:
    printed = [(index, squeeze(line)) for index, line in enumerate(lines) if line.strip()]
    for count in range(1, _MAX_JOINED + 1):
        for start in range(len(printed) - count + 1):
            part = printed[start : start + count]
            title = read_title("".join(line for _, line in part), tuple(index for index, _ in part))
            if title:
                yield title


def _stated(titles: Iterable[str]) -> Iterator[Title]:
    for stated in titles:
        for part in (stated, *_SITE.split(stated)):
            title = read_title(squeeze(part))
            if title:
                yield title


def read_title(text: str, lines: tuple[int, ...] = ()) -> Title | None:
    """Read one squeezed text as a title; None if it is anything else."""
    text = text.removeprefix("《").removesuffix("》")
    match = _TITLE.fullmatch(text) if len(text) <= _MAX_TITLE else None
    if match is None or _NO_AGENCY.search(match["before"]):
        return None
    before = _NUMERAL_YEAR.sub(_plain_year, match["before"])
    year = _YEAR.search(before) or (_YEAR.search(match["after"]) if match["after"] else None)
    agency = _YEAR.sub("", before)
    while agency != (agency := _AFTER_AGENCY.sub("", _BEFORE_AGENCY.sub("", agency))):
        pass
    return Title(text, agency or None, int(year["year"]) if year else None, lines)


def _plain_year(match: re.Match[str]) -> str:
    return f"20{_NUMERAL_DIGITS[match[1]]}{_NUMERAL_DIGITS[match[2]]}"
