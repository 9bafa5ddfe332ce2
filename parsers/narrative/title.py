"""Whom a report is by and which year it is on, from its title."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from parsers.characters.folding import simplified, squeeze

# A year, but not that of a day or a month; 2022年度假区 is a resort, and the 年 of 2022年报 is the report's.
_ONE_YEAR = r"(?<!\d)20\d\d(?![年./-]\d{1,2}(?!\d))(?!\d)(?:年度(?!假)|年(?![报度])|年(?=度假)|度(?!假))?+"
_YEARS = rf"[（(〔\[【]?{_ONE_YEAR}(?:[和及与、至到~—–-]+{_ONE_YEAR})*+(?:学年度?)?[）)〕\]】]?"
_DISCLOSURE = (
    r"(?:(?:政府|政务)信息公开(?:[和及与暨]政务公开)?|政府信息[和及与]政务公开"
    r"|政务公开(?:[和及与暨]政府信息公开)?|信息公开)"
)
_REPORT = rf"{_DISCLOSURE}(?:{_YEARS}|工作|情况|的|年度|总结)*+(?:年?报告|年报)"
_NOTICE = r"》?的(?:公告|通告|公示|通知|通报|说明|报告|函)|全文|\.(?i:docx?|wps|pdf|html?)"
_TITLE = re.compile(
    rf"(?P<before>.*?)(?P<report>{_REPORT})(?P<after>》?{_YEARS}|{_NOTICE}|[（(〔【][^（）()]{{1,30}}[）)〕】]|——.{{2,30}}|》)?"
)
_YEAR = re.compile(_YEARS)
_DIGITS = re.compile(r"20\d\d")
_NOUGHT = "〇○零ＯOo0"
_NUMERAL_DIGITS = {
    **dict.fromkeys(_NOUGHT, "0"),
    **{numeral: str(digit % 9 + 1) for digit, numeral in enumerate("一二三四五六七八九壹贰叁肆伍陆柒捌玖")},
}
_NUMERAL = f"[{''.join(_NUMERAL_DIGITS)}]"
_NUMERAL_YEAR = re.compile(rf"[二贰][{_NOUGHT}]({_NUMERAL})({_NUMERAL})(?=年)")
_PERIOD = re.compile(r"(20\d\d)年1月1日.{0,8}?12月31日")

_LABEL = re.compile(r"(?:(?:信息|文件|公文)?(?:标题|题目|名称|题名)[:：]|附件?\d*[:：]|【[^】]{1,8}】|\[[^\]]{1,8}\])+")
_SAYS = "印发|发布|公布|公开|编制|报送"
_ABOUT = re.compile(rf"关于(?:{_SAYS})?")
_BEFORE_NAME = re.compile(rf"(?:《|年度|{_SAYS})*")
_AFTER_NAME = re.compile(rf"(?:的|[《》:：]|(?<!\d)\d\d年度?|{_SAYS})*$")
_SIGNATURE = re.compile(r"(?:[（(〔【]|——)(?P<name>.+?)[）)〕】]?")
_NO_AGENCY = re.compile(r"[。，；！？,;>＞|/\\]|[一二三四五六]、|https?:|[上下]一[篇条]")
_SHARES = re.compile(rf"人民$|^(?:{_YEARS})?[省市县区镇乡]$|([省市县区镇乡])\1$")
_OWN = re.compile(r"(?:我|本).{1,4}")
# What names nobody, and the rest of a name whose first half stands on the line above, or is lost.
_NOBODY = re.compile(
    r".|(?:.*[我本]|全)(?:行政)?(?:局|厅|委|办|院|处|所|站|部|中心|单位|机关|部门|省|市|县|区|镇|乡|街道)"
    r"|.*各(?:级|省|市|县|区|乡|镇|部门|单位|有关).*|历年|往年|近年|部门|单位"
    r"|.*(?:首页|专栏|目录|指南|年报|报告|[:：]|\d月).*|办公[室厅]|委员会|管理局|政府"
    r"|民政府.*|府(?:办.*)?|公[室厅]|员会.*|事处.*|有?限?公司|(?:政府|政务)?信息|\d+年.*"
)
_HAN = re.compile(r"[\u3400-\u9fff（）()]{2,30}")
_PLACE = r".{1,10}?(?:省|市(?![场政容民])|县|(?<![社园景])区|(?<!城)镇|(?<!城)乡(?!镇)|街道|州|盟|旗)"
_IN_A_PLACE = re.compile(rf"[省县镇]|市(?!场)|区(?!域)|乡(?!村)|{_PLACE}")
_PLACES = re.compile(rf"(?:{_PLACE})+")
_WHOLE_NAME = re.compile(
    r".*(?:[局厅委办室处院所站府队部馆校社团司行关学署联协园场]|(?<!社)会|中心)(?:[（(][^（）()]*[）)])?"
)
_OPENING = re.compile(rf"国家|中国|中共|{_PLACE}")
_NO_NAME = re.compile(
    r"网|平台|门户|公开|栏|首页|动态|新闻|公告|目录|指南|年报|报告|职能"
    r"|(?:概况|简介|要闻|数据|专题|之窗|互动|文件|政策|法规|解读|部门|单位|乡镇|导航)$"
)
_DATE = re.compile(r"[（(]?20\d\d[年./-]\d{1,2}[月./-]?(?:\d{1,2}日?)?[）)]?")
_SITE = re.compile(r"\s*[|_—–]+\s*|\s+-\s+|-(?=[\u4e00-\u9fff]+(?:网|平台|政府|网站)$)")
_MAX_TITLE = 80
_MAX_JOINED = 5
_MAX_ABOVE = 2


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
    """The best title among lines of text (whole lines, or up to five joined) and stated titles.

    One that names agency and year beats one that does not; then a line of the text beats a stated
    title, and one line several joined. Whatever surrounds a title in a sentence is no title.
    """
    printed = [(index, squeeze(line)) for index, line in enumerate(lines) if line.strip()]
    candidates = [*_joined(printed), *_stated(document_titles), *_signed(printed)]
    return max(candidates, key=lambda title: (title.agency is not None) + (title.year is not None), default=None)


def year_of_period(text: str) -> int | None:
    """The year of the statistical period (自…年1月1日至…12月31日) that a text states, if it states one."""
    match = _PERIOD.search("".join(text.split()))
    return int(match[1]) if match else None


_Printed = Sequence[tuple[int, str]]


def _joined(printed: _Printed) -> Iterator[Title]:
    for count in range(1, _MAX_JOINED + 1):
        for start in range(len(printed) - count + 1):
            title = _read_lines(printed[start : start + count])
            if title:
                yield _with_line_above(title, printed, start, start + count)


def _read_lines(lines: _Printed) -> Title | None:
    title = read_title("".join(line for _, line in lines), tuple(index for index, _ in lines))
    if title and title.agency and len(lines) > 1 and not _is_name(title.agency):
        return replace(title, agency=None)
    return title


def _is_name(agency: str) -> bool:
    key = simplified(agency)
    return bool(_WHOLE_NAME.fullmatch(key) or _PLACES.fullmatch(key))


def is_agency(name: str) -> bool:
    """Whether a name is a whole one, and somebody's."""
    return _is_name(name) and not _NOBODY.fullmatch(simplified(name))


def _with_line_above(title: Title, printed: _Printed, start: int, end: int) -> Title:
    """The title with the beginning of its agency's name from the lines above, where that is broken."""
    rest = simplified(title.agency or "")
    for first in range(start - 1, max(start - 1 - _MAX_ABOVE, -1), -1):
        above = "".join(line for _, line in printed[first:start])
        whole = _read_lines(printed[first:end]) if _opens_name(simplified(above), rest) else None
        if whole and whole.agency:
            return whole
    return title


def _opens_name(above: str, rest: str) -> bool:
    """Whether a name begins on the line above: a place where ``rest`` has none, or a place and part of a name."""
    place = _OPENING.match(above)
    if not place or not _HAN.fullmatch(above) or _NO_NAME.search(above):
        return False
    if _PLACES.fullmatch(above):
        return not _IN_A_PLACE.match(rest)
    return not _WHOLE_NAME.fullmatch(above) and not rest.startswith(place[0])


def _signed(printed: _Printed) -> Iterator[Title]:
    """Titles of one or two lines without an agency that have one below them, and a date below that."""
    for (at, (_, below)), (_, date) in zip(enumerate(printed), printed[1:], strict=False):
        key = simplified(below)
        if _DATE.fullmatch(date) and _IN_A_PLACE.match(key) and _is_name(below) and not _NO_NAME.search(key):
            titles = (_read_lines(printed[first:at]) for first in range(at - 1, max(at - 1 - _MAX_ABOVE, -1), -1))
            yield from (replace(title, agency=below) for title in titles if title and title.agency is None)


def _stated(titles: Iterable[str]) -> Iterator[Title]:
    for stated in titles:
        for part in (stated, *_SITE.split(stated)):
            title = read_title(squeeze(part))
            if title:
                yield title


def read_title(text: str, lines: tuple[int, ...] = ()) -> Title | None:
    """Read one squeezed text as a title; None if it is anything else. What is not sure of it is None."""
    if len(text) > _MAX_TITLE:
        return None
    # Compared in ``key``, taken from ``text``: each character has its place in both.
    key = simplified(text)
    if "报告" not in key and "年报" not in key:
        return None
    key = _NUMERAL_YEAR.sub(_plain_year, key)
    label = _LABEL.match(key)
    start, end = label.end() if label else 0, len(key)
    if key[start : start + 1] == "《" and key.endswith("》") and key.count("《") == 1:
        start, end = start + 1, end - 1
    match = _TITLE.fullmatch(key, start, end)
    if match is None or _NO_AGENCY.search(match["before"]):
        return None
    years = {year for part in _YEAR.findall(key[start:end]) for year in _DIGITS.findall(part)}
    agency = _agency(text, key, match)
    return Title(text[start:end], agency, int(years.pop()) if len(years) == 1 else None, lines)


def _plain_year(match: re.Match[str]) -> str:
    return f"20{_NUMERAL_DIGITS[match[1]]}{_NUMERAL_DIGITS[match[2]]}"


def _agency(text: str, key: str, title: re.Match[str]) -> str | None:
    """The one agency that a title names."""
    start, end = title.span("before")
    if _SHARES.search(key[start:end]) and title["report"].startswith("政府"):
        end += len("政府")  # written once for the agency and for 政府信息公开
    about = _ABOUT.search(key, start, end)
    first, of = (
        (_name(text, key, *span) for span in ((start, about.start()), (about.end(), end)))
        if about
        else (_name(text, key, start, end), "")
    )
    name, of_whom = first or of or _signature(text, key, title), simplified(of)
    another = first and of and not _OWN.fullmatch(of_whom) and not simplified(first).endswith(of_whom)
    return None if another or _NOBODY.fullmatch(simplified(name)) else name or None


def _signature(text: str, key: str, title: re.Match[str]) -> str:
    """The name in brackets, or after a long dash, behind the report's."""
    after = _SIGNATURE.fullmatch(title["after"] or "")
    if not after:
        return ""
    at = title.start("after")
    name = _name(text, key, at + after.start("name"), at + after.end("name"))
    return name if _IN_A_PLACE.match(simplified(name)) and _is_name(name) else ""


def _name(text: str, key: str, start: int, end: int) -> str:
    """A name as printed, between ``start`` and ``end`` of a title, without years and words around it."""
    text, key = text[start:end], key[start:end]
    for year in reversed(list(_YEAR.finditer(key))):
        text, key = (line[: year.start()] + line[year.end() :] for line in (text, key))
    first = _BEFORE_NAME.match(key)
    begin = first.end() if first else 0
    last = _AFTER_NAME.search(key, begin)
    return text[begin : last.start() if last else None]
