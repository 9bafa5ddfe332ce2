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

from parsers.characters.folding import squeeze
from parsers.document.values import CellValue, Number, State
from parsers.form.checks import sum_of
from parsers.narrative.clauses import AMOUNT_UNIT, INEXACT, Piece, clauses, heading_of, pieces, sentences
from parsers.narrative.quantities import EVERYBODY, Quantity, quantities, without_applicant

NARRATIVE = (1, 2, 6)
_TABLE_CHAPTER = 2
_PRINTED_AMOUNT = Decimal("0.0001")
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
            same = Decimal(self.value).quantize(_PRINTED_AMOUNT) == Decimal(self.table)
        return Outcome.AGREES if same else Outcome.DIFFERS


@dataclass(frozen=True, slots=True)
class _Found:
    """A figure understood: of which quantity, and of which applicants ("" where none are told apart)."""

    quantity: Quantity
    applicant: str
    value: Number

    @property
    def is_share(self) -> bool:
        """Whether it is that of one kind of applicant."""
        return self.applicant not in {"", EVERYBODY}


@dataclass(slots=True)
class _Context:
    """What the sentence said so far, as far as it bears on what follows."""

    topic: bool
    period: str = "own"
    base: _Found | None = None
    divided: bool = False
    split: bool = False
    lost: bool = False
    figures: bool = False
    hostile: bool = False
    strange: bool = False

    @property
    def speaks_of_requests(self) -> bool:
        """Whether a bare 申请 or 答复 is about requests for information."""
        return self.topic and not self.hostile and not self.strange


# Words before a clause's verb that change nothing about its figure.
_OURS = (
    r"[我本](?:单位|机关|部门|级|办公室|办(?![结理])|局|委员会|委|厅|处|院|镇|乡|街道办事处|街道|中心|"
    r"行|会|馆|校|队|站)+"
)
_ADVERB = (
    r"总共|共计|总计|一共|合计|共有|共|分别|实际|已经|已|均|全部|均已|另外|另|同时|并|且|也|又|还|其中|期间|及时|"
    r"依法依规|依法|依规|按时|按期|如期|按照?(?:规定|法定)(?:时限|期限|时间)|按照规定|按规定|按要求|[一二三四五六七八九]是|和|及|以及|对|经|在[^#¥]{0,6}(?:时限|期限|时间)内"
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
    r"|[一二两三四五六七八九十\d]+年来|以来|[上下]半年|季度|\d{1,2}月|[一二三四五六七八九十]月份|截[至止]|[至到](?:本年|今)|同期|20\d\d年|十[二三四五]五)"
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
_NONE = re.compile(r"未|没|无|不存在")
_SHARE = re.compile(r"(?:来自)?(?:提出|提交)?的?(?:申请)?为?#")
_HINT = re.compile(r"申请|复议|诉讼|规范性文件|规章|费|行政许可|行政处罚|行政强制|其中")


def find_statements(
    texts: Mapping[int, str], cells: Mapping[str, CellValue], edition: int, year: int | None, agency: str | None
) -> tuple[Statement, ...]:
    """The figures that chapters one, two and six state, each compared with the cells of the table.

    ``texts`` are the chapters as stored, a paragraph a line. ``year`` tells this year's figures from
    others' (years that are named count as others if it is None), ``agency`` whose they are.
    """
    carried_in = cells["applications/carried_in/total"]
    nothing = carried_in.value == 0 or carried_in.state in (State.BLANK, State.DASH)
    reader = _Reader(quantities(edition), year, squeeze(agency or ""), carries=not nothing)
    return tuple(
        _statement(chapter, sentence, found, found.quantity.keys(edition, found.applicant), cells)
        for chapter in NARRATIVE
        for sentence, found in reader.chapter(texts.get(chapter, ""), table=chapter == _TABLE_CHAPTER)
    )


def _statement(
    chapter: int, sentence: str, found: _Found, keys: tuple[str, ...], cells: Mapping[str, CellValue]
) -> Statement:
    code = keys[0] if len(keys) == 1 else "/".join(filter(None, (found.quantity.code, found.applicant)))
    unit = AMOUNT_UNIT if found.quantity.amount else None
    return Statement(chapter, sentence, code, keys, found.value, unit, sum_of(keys, cells) if keys else None)


class _Reader:
    """Reads the sentences of one report. ``carries``: the table has requests carried in from last year."""

    def __init__(self, known: Sequence[Quantity], year: int | None, agency: str, *, carries: bool) -> None:
        self._quantities = known
        self._received = next(quantity for quantity in known if quantity.code == "applications/received")
        self._year = year
        self._names = {agency, agency.removesuffix("公室"), agency.replace("委员会", "委")} - {""}
        self._is_government = agency.endswith(("人民政府", "街道办事处", "管理委员会", "管委会"))
        self._carries = carries

    def chapter(self, text: str, *, table: bool) -> Iterator[tuple[str, _Found]]:
        """The figures of a chapter with their sentences; rows of its ``table`` are no sentences."""
        under_topic = False
        for line in text.split("\n"):
            heading = heading_of(line)
            if heading is not None:
                under_topic = len(heading) <= _MAX_HEADING and bool(_TOPIC.search(heading))
            if "\t" in line or (table and not line.rstrip().endswith(("。", "；", "！"))):
                continue
            yield from self._paragraph(line, under_topic)

    def _paragraph(self, line: str, under_topic: bool) -> Iterator[tuple[str, _Found]]:
        context = _Context(under_topic)
        for sentence in sentences(line):
            if not sentence.startswith("其中"):
                base = context.base
                context = _Context(under_topic or (base is not None and base.quantity.by_applicant))
            if _FIGURES.search(sentence) and (context.topic or _HINT.search(sentence)):
                for found in self._sentence(sentence, context):
                    yield sentence, found

    def _sentence(self, sentence: str, context: _Context) -> Iterator[_Found]:
        for clause in clauses(sentence, self._year):
            self._note(clause, context)
            if context.lost or _COMPARISON.search(clause):
                continue
            for piece in pieces(clause):
                if piece.text.startswith("其中"):
                    context.divided = True
                    context.lost |= context.figures and context.base is None
                found = None if context.lost else self._piece(piece, context)
                _remember(found, piece, context)
                if found:
                    yield found

    def _note(self, clause: str, context: _Context) -> None:
        """Take note of a clause's time, topic and body."""
        times = [time.lastgroup or "" for time in _TIME.finditer(clause)]
        if times:
            context.period = "other" if "other" in times else times[-1]
        context.topic |= bool(_TOPIC.search(clause))
        context.hostile |= bool(_HOSTILE.search(clause))
        other = _OTHER_BODY.search(_WHOLE_REGION.sub("", clause) if self._is_government else clause)
        context.lost |= other is not None and not (other["body"] and self._is_ours(other["body"]))

    def _piece(self, piece: Piece, context: _Context) -> _Found | None:
        """What a piece states, if it is the report's own and of the whole that its quantity means."""
        core = self._core(piece.text)
        if piece.value is None:
            return self._nothing(core, context)
        # A label of the form may begin like a subject: 本机关不掌握相关政府信息
        found = self._figure(core, piece.value, context)
        found = found or self._figure(piece.text.removeprefix("其中"), piece.value, context)
        return found if found and self._holds(found, context) else None

    def _core(self, text: str) -> str:
        """A clause without what comes first and changes nothing about its figure."""
        if self._is_government:
            text = _WHOLE_REGION.sub("", text, count=1)
        text = _PREFIX.sub("", text, count=1)
        subject = _SUBJECT.match(text)
        if subject and self._is_ours(subject["subject"]):
            text = _PREFIX.sub("", text[subject.end() :], count=1)
        return text

    def _is_ours(self, name: str) -> bool:
        """Whether a name is the agency's own, perhaps shortened: its letters in order, to the last."""
        return any(name[-1] == own[-1] and _is_within(name, own) for own in self._names)

    def _figure(self, core: str, value: Number, context: _Context) -> _Found | None:
        before = context.base.quantity.code if context.base else None
        for quantity in self._quantities:
            match = quantity.stated_by(core, topic=context.speaks_of_requests, before=before)
            if match:
                # 行政复议、行政诉讼各1件 are two
                is_sum = not match.groupdict().get("each") or value == 0
                return _Found(quantity, _all_of(quantity), value) if is_sum else None
        return self._share(core, value, context.base)

    def _share(self, core: str, value: Number, base: _Found | None) -> _Found | None:
        """One kind of applicant's part of what was just named, or one outcome of it."""
        share = without_applicant(core)
        if share:
            applicant, rest = share
            if base and base.applicant and _SHARE.fullmatch(rest):
                return _Found(base.quantity, applicant, value)
            is_received = self._received.stated_by(rest, topic=False, before=None)
            return _Found(self._received, applicant, value) if is_received else None
        outcome = base.quantity.outcome(core) if base else None
        return _Found(outcome, "", value) if outcome else None

    def _holds(self, found: _Found, context: _Context) -> bool:
        if context.period != "own" and not (context.period == "end" and found.quantity.stock):
            return False
        if found.is_share:
            return True
        if context.split:
            return False
        if not (context.divided and context.base):
            return True
        whole = context.base.quantity
        if whole is self._received and self._carries:
            # What became of this year's requests alone is less than the table's row
            return False
        return whole.whole or whole.includes(found.quantity)

    def _nothing(self, core: str, context: _Context) -> _Found | None:
        """A clause that says that there was none."""
        if context.period != "own" or context.divided or not _NONE.search(core):
            return None
        for quantity in self._quantities:
            if quantity.denied_by(core, topic=context.speaks_of_requests):
                return _Found(quantity, _all_of(quantity), 0)
        return None


def _remember(found: _Found | None, piece: Piece, context: _Context) -> None:
    """What a piece means for those that follow it in the sentence."""
    if found is None and (piece.value is not None or INEXACT in piece.text):
        context.lost |= context.divided or context.split
        context.base, context.strange, context.figures = None, True, True
    elif found:
        context.split |= found.is_share
        context.figures |= piece.value is not None
        context.strange = context.strange and piece.value is None
        if not context.split and not (context.divided and context.base and context.base.quantity.whole):
            context.base = found


def _all_of(quantity: Quantity) -> str:
    return EVERYBODY if quantity.by_applicant else ""


def _is_within(short: str, name: str) -> bool:
    letters = iter(name)
    return all(letter in letters for letter in short)
