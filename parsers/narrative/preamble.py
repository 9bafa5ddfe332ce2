"""Whom a report is by and which year it is on, from its first sentences: where no title says it.

Only what these say outright counts. Where they name two agencies or two years, neither is sure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from parsers.characters.folding import simplified, squeeze
from parsers.narrative.title import Title, is_agency, read_title

_BRACKETS = re.compile(r"[（(][^（）()]{0,60}[）)]")
_SAYS = r"(?:公布|公开|公示|发布|通报)"
# 现公布某局2022年政府信息公开工作年度报告; 现将某局2022年政府信息公开工作年度报告公布如下
_ANNOUNCED = re.compile(
    rf"(?:现将|(?:现|特|社会|对外|依法){_SAYS}|编制(?:完成|了)?(?:并向社会{_SAYS})?)[《〈<“]?(?P<title>[^。；，,;：:《》〈〉<>“”]{{0,60}}?年?报告?)"
)
_HAN = r"[\u3400-\u9fff]"
# 由某局根据……编制; 某局现向社会公开……; 某局编制完成……
_AUTHOR = re.compile(
    rf"由(?P<by>{_HAN}{{4,30}}?)(?:根据|依据|按照|负责|编制|起草)"
    rf"|(?:^|[，。；：\s])(?P<who>{_HAN}{{4,30}}?)(?:现|特)(?:就|将|向社会|对外|依法)?(?:{_SAYS}|编制|20)"
    rf"|(?:^|[，。；：\s])(?P<done>{_HAN}{{4,30}}?)编制完成"
)
# 2022年政府信息公开工作年度报告……以下简称年报……是根据
_ITSELF = re.compile(r"(?:^|[。\s])(?P<title>[^。；，,;：:\s]{6,60}?年?报告?)(?:是?(?:根据|依据|按照)|由)")
# 请与某局办公室联系, if the report says 我局.
_CONTACT = re.compile(
    rf"(?:请与|请联系[:：]?|联系单位[:：]|请致电)(?P<name>{_HAN}{{3,30}}?[局委厅署])(?:办公室|综合科|政务公开办公室)?(?:联系|[，。；（(]|$)"
)
# An office that writes for its government too.
_WRITES_FOR_ANOTHER = re.compile(r".*(?:政府办(?:公[室厅])?|领导小组办公室|公开办(?:公室)?)")
_PLACE = re.compile(r".{1,8}?[省市县区州盟旗]|国家")
_OPENING_YEAR = re.compile(
    r"(?:^|[。\n])(?:[（(]?[一二三四五六七八九十\d]{1,2}[)）、.．][^，,。：:\n]{0,20}[。：:\n])?(?P<year>20\d\d)年度?(?:以来|全年|期间)?[，,我本]"
)


@dataclass(frozen=True, slots=True)
class Preamble:
    """Agency and year as a report's first sentences state them; None where they do not, or not for sure."""

    agency: str | None
    year: int | None


def read_preamble(text: str, period: int | None = None) -> Preamble:
    """Read what stands before chapter two, a paragraph a line; ``period`` is the year of the report's figures."""
    printed = _BRACKETS.sub("", "\n".join(squeeze(line) for line in text.split("\n")))
    key = simplified(printed)
    titles = [*_titles(printed, key)]
    quoted = {title.agency for title in titles if title.agency and is_agency(title.agency)}
    agencies = quoted or {*_authors(printed, key)} or {*_contacts(printed, key)}
    years = {year for year in (period, *(title.year for title in titles)) if year}
    years = years or {int(match["year"]) for match in _OPENING_YEAR.finditer(key)}
    return Preamble(
        agencies.pop() if len(agencies) == 1 else None,
        years.pop() if len(years) == 1 else None,
    )


def _titles(printed: str, key: str) -> Iterator[Title]:
    """The titles that a sentence quotes, as it announces the report or explains its name."""
    for pattern in (_ANNOUNCED, _ITSELF):
        for match in pattern.finditer(key):
            title = read_title(printed[slice(*match.span("title"))])
            if title:
                yield title


def _authors(printed: str, key: str) -> Iterator[str]:
    for match in _AUTHOR.finditer(key):
        name = printed[slice(*match.span(match.lastgroup or 0))]
        plain = simplified(name)
        if is_agency(name) and _PLACE.match(plain) and not _WRITES_FOR_ANOTHER.fullmatch(plain):
            yield name


def _contacts(printed: str, key: str) -> Iterator[str]:
    for match in _CONTACT.finditer(key):
        name = printed[slice(*match.span("name"))]
        if is_agency(name) and _PLACE.match(match["name"]) and re.search(f"[我本]{match['name'][-1]}", key):
            yield name
