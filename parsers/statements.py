"""What the narrative says of the table: its own figures, sentence by sentence, beside the cells.

A figure counts only where its whole clause is understood, and where nothing before it in the sentence
moves it to another year, another body or a part of the whole (see docs/reading.md). What the clauses
may say is data: ``statements.yaml``. A statement never changes a cell.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from parsers.checks import sum_of
from parsers.fold import squeeze
from parsers.form import codebook, form_of
from parsers.values import Number, Reading, State, to_wanyuan

NARRATIVE = (1, 2, 6)
_TABLE_CHAPTER = 2
_FEE_DIGITS = Decimal("0.0001")
_MAX_HEADING = 25


class Outcome(StrEnum):
    """How a stated figure compares with the table."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_COMPARABLE = "not comparable"


@dataclass(frozen=True, slots=True)
class Statement:
    """A figure that a chapter states of a quantity of the form.

    ``sentence`` is as stored in the chapter. ``quantity`` is the key of a cell, or the code of the sum
    of ``cells``; it has no cells where the edition's table does not ask for it. ``value`` is a count, or
    万元 where ``unit`` says so; ``table`` is what the cells say, None where they hold no certain number.
    """

    chapter: int
    sentence: str
    quantity: str
    cells: tuple[str, ...]
    value: Number
    unit: str | None
    table: Number | None

    @property
    def outcome(self) -> Outcome:
        """Whether statement and table agree; an amount to the four decimals that the form prints."""
        if self.table is None:
            return Outcome.NOT_COMPARABLE
        same = self.value == self.table
        if self.unit and not same:
            same = Decimal(self.value).quantize(_FEE_DIGITS) == Decimal(self.table)
        return Outcome.AGREES if same else Outcome.DIFFERS


@dataclass(frozen=True, slots=True)
class _Quantity:
    """A quantity of ``statements.yaml`` with its patterns compiled."""

    code: str
    cells: tuple[str, ...]
    says: re.Pattern[str] | None
    in_topic: re.Pattern[str] | None = None
    after: re.Pattern[str] | None = None
    of: frozenset[str] = frozenset()
    none: re.Pattern[str] | None = None
    none_in_topic: re.Pattern[str] | None = None
    stock: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """A figure understood: of which quantity and which applicants ("" where there are none)."""

    quantity: _Quantity
    applicant: str
    value: Number
    unit: str | None = None


@dataclass(slots=True)
class _Context:
    """What the sentence said so far, as far as it bears on what follows."""

    topic: bool
    period: str = "own"
    base: _Found | None = None
    divided: bool = False
    split: bool = False
    lost: bool = False
    figures: int = 0
    hostile: bool = False
    strange: bool = False

    @property
    def speaks_of_requests(self) -> bool:
        """Whether a bare 申请 or 答复 is about requests for information."""
        return self.topic and not self.hostile and not self.strange


# Words before a clause's verb that change nothing about its figure.
_OURS = r"[我本](?:单位|机关|部门|级|办公室|办(?![结理])|局|委员会|委|厅|处|院|镇|乡|街道办事处|街道|中心|行|会|馆|校|队|站)+"
_ADVERB = (
    r"总共|共计|总计|一共|合计|共有|共|分别|实际|已经|已|均|全部|均已|另外|另|同时|并|且|也|又|还|其中|期间|及时|"
    r"依法依规|依法|依规|按时|按期|如期|按照规定|按规定|按要求|[一二三四五六七八九]是|和|及|以及|对|经|在[^#¥]{0,6}(?:时限|期限|时间)内"
)
_PERIOD = r"(?:截[至止]到?(?:本年)?(?:12月31日|年?底|年?末))|本年(?:全年|内)?(?:累计)?|全年(?:累计)?|今年(?:累计)?|年内"
_PREFIX = re.compile(rf"(?:{_OURS}|{_ADVERB}|{_PERIOD}|全局|全委|全办|全院|全镇|全乡|全街道)*")
_SUBJECT = re.compile(
    r"(?P<subject>[\u4e00-\u9fff]{2,24}?)(?=(?:本年|全年|总共|共计|共|累计|均|已|按时|按期|依法)*"
    r"(?:新?收|受理|接[收到受]|办结|办理|答复|未|没有|无|尚未|制[发定作]|印发|出台|废止|作出|做出|下达|实施|被|发生|政府信息公开))"
)
_OTHER_BODY = re.compile(
    r"各(?:级|部门|单位|乡|镇|街道|县|区|市|股室|科室|局|委|办)|下属|下级|所属|直属|基层单位|系统内|全系统|成员单位|镇办|"
    r"[全我本][省市县区州](?!直)|(?:^|由|经|其中)(?P<body>[\u4e00-\u9fff]{0,8}?[省市县区州](?:人民)?"
    r"[\u4e00-\u9fff]{1,8}?(?:局|委|厅|办|中心|街道|镇|乡|院|公司))(?=[共收受按认积坚严对通累依已根畅规加建]|$)"
)
_WHOLE_REGION = re.compile(r"[全我本][省市县区州](?:各级)?(?:行政机关|政府|党政机关)?")
_TIME = re.compile(
    r"(?P<end>截[至止]到?(?:本年)?(?:12月31日|年?底|年?末)|(?:本年)?年[底末])"
    r"|(?P<other>(?<!结转)上年(?!结转)|(?<!结转)(?<!结转[至到入])(?<!转入)下年|前年|往年|历年|近[一二两三四五六七八九十几\d]+年"
    r"|[一二两三四五六七八九十\d]+年来|以来|[上下]半年|季度|\d{1,2}月|[一二三四五六七八九十]月份|截[至止]|同期|20\d\d年|十[二三四五]五)"
    r"|(?P<own>本年|全年|今年|年内)"
)
_COMPARISON = re.compile(r"同比|环比|[较比与同和]上年|相比|增长|下降")
_TOPIC = re.compile(r"依申请公开|信息公开的?申请|申请公开|公开申请|申请(?:公开)?政府信息")
_HOSTILE = re.compile(
    r"建议|提案|信访(?!局|部门|举报投诉类)|热线|12345|留言|来[信电函访]|咨询|信箱|网民|(?:许可|登记|审批|补贴|执行)申请|申请执行"
)
# What a sentence must have to be worth a closer look: a figure or a none, and a word of the form.
_FIGURES = re.compile(
    r"[\d零〇一二两三四五六七八九十百千]\s*(?:件|条|份|宗|起|例|个|项|次|万?元)|未|没有|无|不存在|[0０零]\s*[，,；;。]?\s*$|[0０零][，,；;]"
)
_NONE = re.compile(r".{0,40}?(?:未|没|无|不存在)")
_HINT = re.compile(r"申请|复议|诉讼|规范性文件|规章|费|行政许可|行政处罚|行政强制|其中")

# Cutting a text down to clauses.
_SENTENCE = re.compile(r"[^。！？!?]+[。！？!?]?")
_OPENER = re.compile(
    r"^(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,2}、|\d{1,2}[.．、](?!\d))\s*"
)
_BRACKETS = re.compile(r"[(（]([^()（）]*)[)）]")
_QUALIFIES = re.compile(r"含|包括|结转|除|上年|去年|累计")
_BOOK = re.compile(r"《[^》]*》")
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?:[,，]\d{3})+(?!\d)")
_CLAUSE_END = re.compile(r"[，,；;：:！!？?。]")
_QUOTES = re.compile(r"[“”\"'‘’「」]")
_JOINS = re.compile(r"[、·]")
_WHOLE_YEAR = re.compile(r"(?:自|从)?(?:本年)?1月1日起?(?:至|到|-|—)(?:本年)?12月31日(?:止|期间|底)?")
_NUMERALS = "零〇一二两三四五六七八九十百千"
_FIGURE = re.compile(
    rf"(?P<loose>近|约|超过?|逾|不足|至少|[-—~～〔第])?"
    rf"(?P<number>\d+(?:\.\d+)?|[{_NUMERALS}]+(?=件|条|份|宗|起|例|元)|零$)"
    r"(?P<more>余|多|来|万(?!元))?"
    r"(?P<unit>件次|件|条|份|宗|起|例|个|项|次(?!会)|亿元|万元|元)?(?P<after>左右|以上|以下|以内)?"
)
_LOST = "※"
_QUALIFIED = "◇"
_PIECE = re.compile(r"[^#¥※]*[#¥※]◇*(?:[^#¥※]*$)?|[^#¥※]+$")


def find_statements(
    texts: Mapping[int, str], cells: Mapping[str, Reading], edition: int, year: int | None, agency: str | None
) -> tuple[Statement, ...]:
    """The figures that chapters one, two and six state, each compared with the cells of the table.

    ``texts`` are the chapters as stored, a paragraph a line. ``year`` tells this year's figures from
    others' (years that are named count as others if it is None), ``agency`` whose they are.
    """
    carried_in = cells["applications/carried_in/total"]
    carries = carried_in.value != 0 and carried_in.state not in (State.BLANK, State.DASH)
    reader = _Reader(_quantities(edition), year, agency or "", carries=carries)
    found = (
        (number, sentence, figure)
        for number in NARRATIVE
        for sentence, figure in reader.chapter(texts.get(number, ""), table=number == _TABLE_CHAPTER)
    )
    return tuple(_statement(number, sentence, figure, cells) for number, sentence, figure in found)


def _statement(chapter: int, sentence: str, found: _Found, cells: Mapping[str, Reading]) -> Statement:
    keys = _cells(found, cells)
    column = {"": "", **_APPLICANT_CODES}[found.applicant]
    quantity = keys[0] if len(keys) == 1 else found.quantity.code + column
    table = sum_of(keys, cells) if keys else None
    return Statement(chapter, sentence, quantity, keys, found.value, found.unit, table)


_LEGAL = "法人或其他组织"
_APPLICANT_CODES = {
    "总计": "/total",
    _LEGAL: "/organisations",
    **{label: f"/{code}" for code, label in codebook()["applicants"].items() if label not in {"其他", "总计"}},
}
_APPLICANT = re.compile(
    rf"(?:{'|'.join(label for label in _APPLICANT_CODES if label not in {_LEGAL, '总计'})}|法人(?:或者?|和|及|与)?其他组织)"
)


def _cells(found: _Found, known: Mapping[str, Reading]) -> tuple[str, ...]:
    """The keys of the cells that a figure is the sum of, as far as this edition has them."""
    keys = tuple(key for pattern in found.quantity.cells for key in known if fnmatchcase(key, pattern))
    if not found.applicant:
        return keys
    columns = {code for code, label in codebook()["applicants"].items() if _is_of(found.applicant, label)}
    return tuple(key for key in keys if key.rpartition("/")[2] in columns)


def _is_of(applicant: str, label: str) -> bool:
    if applicant == _LEGAL:
        return label not in {"自然人", "总计"}
    return label == applicant


class _Reader:
    """Reads sentences on one report."""

    def __init__(self, quantities: Sequence[_Quantity], year: int | None, agency: str, *, carries: bool) -> None:
        self._quantities = quantities
        self._named = {quantity.code: quantity for quantity in quantities}
        self._year = year
        self._carries = carries
        self._agency = squeeze(agency)
        self._names = {self._agency, self._agency.removesuffix("公室"), self._agency.replace("委员会", "委")}
        self._is_region = self._agency.endswith(("人民政府", "街道办事处", "管理委员会", "管委会"))

    def chapter(self, text: str, *, table: bool) -> Iterator[tuple[str, _Found]]:
        """The figures of a chapter; lines of its ``table`` are none of its sentences."""
        under_topic = False
        for line in text.split("\n"):
            opener = _OPENER.match(line)
            if opener:
                heading = re.split(r"[。：:\s]", line[opener.end() :], maxsplit=1)[0]
                under_topic = len(heading) <= _MAX_HEADING and bool(_TOPIC.search(heading))
            if "\t" in line or (table and not line.rstrip().endswith(("。", "；", "！"))):
                continue
            yield from self._line(line, under_topic)

    def _line(self, line: str, under_topic: bool) -> Iterator[tuple[str, _Found]]:
        context = _Context(under_topic)
        for match in _SENTENCE.finditer(line):
            sentence = match[0].strip()
            if not sentence.startswith("其中"):
                context = _Context(under_topic or _speaks_of_requests(context.base))
            if _FIGURES.search(sentence) and (context.topic or _HINT.search(sentence)):
                for found in self._sentence(self._plain(sentence), context):
                    yield sentence, found

    def _plain(self, sentence: str) -> str:
        """A sentence without spaces, quotes, titles and brackets, its years as seen from the report's."""
        text = _THOUSANDS.sub(lambda number: re.sub("[,，]", "", number[0]), squeeze(_OPENER.sub("", sentence)))
        text = _QUOTES.sub("", _BOOK.sub("", text))
        text = _BRACKETS.sub(lambda aside: _QUALIFIED if _QUALIFIES.search(aside[1]) else "", text)
        text = re.sub(
            r"(?:上一|去)年度?|上年度", "上年", re.sub(r"下一年度?|下年度", "下年", text.replace("本年度", "本年"))
        )
        if self._year:
            for offset, name in ((-1, "上年"), (0, "本年"), (1, "下年")):
                text = re.sub(f"{self._year + offset}年度?", name, text)
        return _WHOLE_YEAR.sub("本年", text)

    def _sentence(self, plain: str, context: _Context) -> Iterator[_Found]:
        for clause in _CLAUSE_END.split(plain):
            self._place(clause, context)
            if context.lost or _COMPARISON.search(clause):
                continue
            values: list[tuple[Number, str | None]] = []
            marked = _FIGURE.sub(lambda match, held=values: _mark(match, held), clause)
            at = 0
            for piece in _PIECE.findall(_JOINS.sub("", marked)):
                value = values[at] if at < len(values) and re.search("[#¥]", piece) else None
                at += value is not None
                yield from self._piece(piece, value, context)

    def _place(self, clause: str, context: _Context) -> None:
        """Take note of a clause's time, topic and body."""
        for time in _TIME.finditer(clause):
            context.period = time.lastgroup or context.period
        context.topic |= bool(_TOPIC.search(clause))
        context.hostile |= bool(_HOSTILE.search(clause))
        if self._is_region:
            clause = _WHOLE_REGION.sub("", clause)
        other = _OTHER_BODY.search(clause)
        context.lost |= other is not None and not (other["body"] and self._is_ours(other["body"]))

    def _piece(self, piece: str, value: tuple[Number, str | None] | None, context: _Context) -> Iterator[_Found]:
        if _LOST in piece:
            context.figures += 1
            context.base, context.strange = None, True
            context.lost |= context.divided
            return
        if piece.startswith("其中"):
            context.divided = True
            context.lost |= bool(context.figures) and context.base is None
        core = self._core(piece)
        if not core or context.lost:
            return
        if value:
            found = self._figure(core, value, context) or self._figure(piece.removeprefix("其中"), value, context)
        else:
            found = self._nothing(core, context)
        if value and not self._holds(found, context):
            context.lost |= context.divided or context.split
            context.base, found = None, None
        context.figures += value is not None
        context.strange = found is None if value else context.strange
        if found:
            context.split |= found.applicant not in {"", "总计"}
            if not context.split and not (context.divided and context.base and context.base.quantity.whole):
                context.base = found
            yield found

    def _core(self, piece: str) -> str:
        """A clause without what comes first and changes nothing about its figure."""
        text = _WHOLE_REGION.sub("", piece, count=1) if self._is_region else piece
        start = _PREFIX.match(text)
        end = start.end() if start else 0
        subject = _SUBJECT.match(text, end)
        if subject and self._is_ours(subject["subject"]):
            again = _PREFIX.match(text, subject.end())
            end = again.end() if again else subject.end()
        return text[end:]

    def _is_ours(self, subject: str) -> bool:
        """Whether a name is the agency's own, perhaps shortened: its letters in order, to the last."""
        return any(name and subject[-1] == name[-1] and _is_within(subject, name) for name in self._names)

    def _figure(self, core: str, value: tuple[Number, str | None], context: _Context) -> _Found | None:
        base = context.base
        for quantity in self._quantities:
            match = quantity.says.fullmatch(core) if quantity.says else None
            if not match and context.speaks_of_requests and quantity.in_topic:
                match = quantity.in_topic.fullmatch(core)
            if not match and quantity.after and base and base.quantity.code in quantity.of:
                match = quantity.after.fullmatch(core)
            if match:
                each = match.groupdict().get("each") and value[0]
                return None if each else _Found(quantity, _everybody(quantity), *value)
        return self._share(core, value, context)

    def _share(self, core: str, value: tuple[Number, str | None], context: _Context) -> _Found | None:
        """One kind of applicant's part, or one outcome of the reviews or suits just named."""
        base = context.base
        applicant = _APPLICANT.search(core)
        if applicant:
            rest = core[: applicant.start()] + core[applicant.end() :]
            label = applicant[0] if applicant[0] in _APPLICANT_CODES else _LEGAL
            if base and base.applicant and re.fullmatch(r"(?:来自)?(?:提出|提交)?的?(?:申请)?为?#", rest):
                return _Found(base.quantity, label, *value)
            received = self._named["applications/received"]
            whole = received.says.fullmatch(rest) if received.says else None
            return _Found(received, label, *value) if whole else None
        if base and base.quantity.code.startswith("disputes/") and base.quantity.whole:
            for code, label in codebook()["dispute_outcomes"].items():
                if code != "total" and re.fullmatch(f"{label}(?:的)?#|{label.removeprefix('结果')}(?:的)?#", core):
                    cells = tuple(cell.replace("/total", f"/{code}") for cell in base.quantity.cells)
                    return _Found(_Quantity(f"{base.quantity.code}/{code}", cells, None), "", *value)
        return None

    def _holds(self, found: _Found | None, context: _Context) -> bool:
        """Whether a figure is the report's own: of its year, and of the whole that its quantity means."""
        if found is None or context.period not in ({"own", "end"} if found.quantity.stock else {"own"}):
            return False
        shares = found.applicant not in {"", "总计"}
        if context.split and not shares:
            return False
        base = context.base
        if context.divided and base and not shares:
            if base.quantity.code == "applications/received" and self._carries:
                return False  # What became of this year's requests is less than the table's column
            return base.quantity.whole or _is_part(found.quantity, base.quantity)
        return True

    def _nothing(self, core: str, context: _Context) -> _Found | None:
        """A clause that says that there was none."""
        if context.period != "own" or context.divided or not _NONE.match(core):
            return None
        for quantity in self._quantities:
            match = quantity.none.fullmatch(core) if quantity.none else None
            if not match and context.speaks_of_requests and quantity.none_in_topic:
                match = quantity.none_in_topic.fullmatch(core)
            if match:
                unit = "万元" if quantity.code.startswith("fees/") or "fee_amount" in quantity.code else None
                return _Found(quantity, _everybody(quantity), 0, unit)
        return None


def _speaks_of_requests(base: _Found | None) -> bool:
    return base is not None and base.quantity.code.startswith("applications/")


def _is_part(part: _Quantity, whole: _Quantity) -> bool:
    return all(any(fnmatchcase(cell, pattern) for pattern in whole.cells) for cell in part.cells)


def _everybody(quantity: _Quantity) -> str:
    return "总计" if quantity.code.startswith("applications/") else ""


def _is_within(short: str, name: str) -> bool:
    letters = iter(name)
    return all(letter in letters for letter in short)


def _mark(match: re.Match[str], values: list[tuple[Number, str | None]]) -> str:
    """Put # or ¥ for a figure with its unit and keep its value; ※ for one that is not exact."""
    unit, at_end = match["unit"], match.end() == len(match.string)
    if unit is None and not (at_end and match["number"] in {"0", "零"} and not match["more"]):
        return match[0]
    number = _number(match["number"])
    if match["loose"] or match["more"] or match["after"] or number is None:
        return _LOST
    if unit and unit.endswith("元"):
        values.append((to_wanyuan(number, unit), "万元"))
        return "¥"
    values.append((number, None))
    return "#"


def _number(text: str) -> Number | None:
    """A number in digits, or in numerals below ten thousand; None where they make no number."""
    if text[0].isdigit() and text.isascii():
        return Decimal(text) if "." in text else int(text)
    match = re.fullmatch(r"(?:(.)千)?零?(?:(.)百)?零?(?:(.?)十)?零?(.)?", text.replace("〇", "零").replace("两", "二"))
    if match is None:
        return None
    if text in {"零", "〇"}:
        return 0
    digits = "零一二三四五六七八九"
    total = 0
    for numeral, factor in zip(match.groups(), (1000, 100, 10, 1), strict=True):
        if numeral is not None:
            digit = digits.find(numeral) if numeral else 1
            if digit < 0:
                return None
            total += digit * factor
    return total


@cache
def _quantities(edition: int) -> tuple[_Quantity, ...]:
    """The quantities that clauses may state: those declared, and the form's own labels."""
    declared = yaml.safe_load((files(__package__) / "statements.yaml").read_text(encoding="utf-8"))
    words: dict[str, str] = {}
    for name, pattern in declared["words"].items():
        words[name] = _filled(pattern, words)
    quantities = [_quantity(code, entry, words) for code, entry in declared["quantities"].items()]
    return (*quantities, *_labelled(edition))


def _quantity(code: str, entry: Mapping[str, Any], words: Mapping[str, str]) -> _Quantity:
    cells = tuple(f"{cell}/*" if code.startswith("applications/") else cell for cell in entry["cells"])
    names = ("says", "in_topic", "after", "none", "none_in_topic")
    patterns = {name: _either(entry.get(name, ()), words) for name in names}
    marks = {name: entry.get(name, False) for name in ("stock", "whole")}
    return _Quantity(code, cells, of=frozenset(entry.get("of", ())), **patterns, **marks)


def _either(patterns: Sequence[str], words: Mapping[str, str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{_filled(pattern, words)})" for pattern in patterns)) if patterns else None


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    return re.sub(r"\{([a-z_]+)\}", lambda name: words[name[1]], pattern)


def _labelled(edition: int) -> Iterator[_Quantity]:
    """The single results of section 3 and the two ways to sue, by the form's own labels."""
    for row in form_of(edition).rows:
        if row.path.count("/") == 2 and row.keys[-1] != "其他":
            label = "|".join(re.escape(key) for key in row.keys)
            yield _Quantity(row.key, (f"{row.key}/*",), None, re.compile(f"(?:{label})(?:的)?(?:申请)?#"))
    for code, label in codebook()["dispute_procedures"].items():
        if code != "review":
            yield _Quantity(f"disputes/{code}", (f"disputes/{code}/total",), re.compile(f"{label}(?:的)?(?:案件)?#"))
