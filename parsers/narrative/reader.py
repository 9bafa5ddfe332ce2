"""The sentences of a report's chapters, and the figures in them that state quantities of the form.

A clause that is not understood loses itself. What was said before it in the sentence decides whether a figure
that is understood is the report's own, of this year, and of the whole that its quantity means.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from parsers.document.values import Number
from parsers.narrative.clauses import Piece, aside_clauses, clauses, heading_of, pieces, plain, sentences
from parsers.narrative.context import CHANNEL, RECEIVED, Context, Found
from parsers.narrative.quantities import (
    EVERYBODY,
    Ground,
    Quantity,
    outcome_of,
    share_of,
    subject_of,
    vocabulary,
    whole_pattern,
)

_MAX_HEADING = 25


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence that may count something, whether that is something of the form, and what was understood of it."""

    sentence: str
    counts: bool
    found: tuple[Found, ...]


_SUBJECT = re.compile(
    r"(?P<subject>[\u4e00-\u9fff]{1,24}?)(?=(?:本年|全年|总共|共计|共|累计|均|已|按时|按期|依法|暂|也)*"
    r"(?:新?收|受理|接[收到受]|办结|办理|答复|未|没有|无|尚未|不存在|制[发定作]|印发|出台|废止|作出|做出|下达|实施|被|发生|政府信息公开|依申请公开))"
)
_OTHER_BODY = re.compile(
    r"各(?:级|部门|单位|乡|镇|街道|县|区|市|股室|科室|局|委|办|学校)|下属|下级|所属|直属|基层单位|系统内|全系统|成员单位|镇办|"
    r"[全我本][省市县区州](?!直)|(?:^|由|经|其中)(?P<body>[\u4e00-\u9fff]{0,8}?[省市县区州](?:人民)?"
    r"[\u4e00-\u9fff]{1,8}?(?:局|委|厅|办|中心|街道|镇|乡|院|公司))(?=[共收受按认积坚严对通累依已根畅规加建]|$)"
)
_WHOLE_REGION = re.compile(
    r"(?:[全我本]?[省市县区州])(?:各级)?(?:政府)?(?:行政机关|政府系统|党政机关|政府|系统)"
    r"|[全我本][省市县区州](?:各级|各部门|各单位|各乡镇|各镇街|各有关|、|和|及)*"
)
_TOWN = re.compile(r"(?:.*[市县区旗州])?(?P<town>.{1,6}(?:镇|乡|街道))(?:人民政府|办事处)")
_BODY = re.compile(r"(?:.*[省市县区州旗盟](?![场政容民]))?(?P<body>.{3,})")
_OURS = re.compile(r"[我本](?:单位|机关|部门|办公室|局|委|办|厅|院|镇|乡|街道|中心|分局)")
_TIME = re.compile(
    r"(?P<end>截[至止]到?(?:本年)?(?:12月(?:31日|底|末)?|年?底|年?末)|(?:本年)?年[底末])"
    r"|(?P<own>(?:本年|今年)(?:全年|内)?以来)"
    r"|(?P<other>(?<!结转)(?<!结转自)上年(?!度?(?:未|没有|无)?结转)|(?<!结转)(?<!结转[至到入])(?<![转延][至到入])(?<!转)(?<!延)下年(?!结转|继续)"
    r"|前年|往年|历年|近[一二两三四五六七八九十几\d]+年|[一二三四五六七八九十\d]+年来|以来|[上下]半年|季度|\d{1,2}月|[一二三四五六七八九十]月份"
    r"|截[至止]|(?<!转)[至到](?:本年|今)|同期|20\d\d年|十[二三四五]五)"
    r"|(?P<own_year>本年|全年|今年|年内)"
)
_SO_FAR = re.compile("累计")
_COMPARISON = re.compile(r"同比|环比|[较比与同和]上年|[较比]本年|相比|增长|下降|减少|上升|增加")
_TOPIC = re.compile(
    r"依申请|信息公开的?申请|申请公开|公开申请|申请(?:公开)?政府信息|公开(?:政府)?信息申请|结转[^资款元]*\d件"
)
_TOPIC_HEADING = re.compile(rf"{_TOPIC.pattern}|复议|诉讼")
_HOSTILE = re.compile(
    r"建议|提案|信访(?!局|部门|举报投诉类)|热线|12345|留言|来[信电函访](?!申请|收到)|咨询|信箱|网民|工单|(?:许可|登记|审批|补贴|执行)申请|申请执行"
)
# What a sentence must have to be worth a closer look: a figure or a none, and a word of the form.
_FIGURES = re.compile(
    r"[\d零〇一二两三四五六七八九十百千]\s*(?:件|条|份|宗|起|例|个|项|次|万?元)|未|没有|无|不存在|[0０零]\s*[，,；;。]?\s*$|[0０零][，,；;]"
)
_HINT = re.compile(r"申请|复议|诉讼|规范性文件|规章|费|行政许可|行政处罚|行政强制|其中")
# What counts something of the form, or says that there was none.
_FORM_WORD = r"申请|复议|诉讼|规范性文件|规章(?!制度)|处理费|行政许可|行政处罚|行政强制|事业性收费"
_OF_THE_FORM = re.compile(_FORM_WORD)
_COUNT = re.compile(r"[\d零〇一二两三四五六七八九十百千]\s*(?:件|条|份|宗|起|例|万?元)|[0０零][，,；;。]?$")
_NONE_OF = re.compile(rf"(?:未|没有|无|不存在)[^，,；;。]{{0,20}}(?:{_FORM_WORD})")
_NONE = re.compile(r"未|没|无|不存在|零")
# Answers that are not all that was concluded: the table counts these too.
_OTHER_ENDS = re.compile(r"撤[回销]|补正(?!后)|终止|(?<!结)转办|移送|逾期答复|超期答复|未按[时期]答复")
# 收到12件，其中上年结转1件: those carried in are among what came in.
_DIVIDES_CARRIED_IN = re.compile(
    r"(?:收|受理|接|申请)[^，；]*\d件，?[^\d；]{0,20}其中，?(?:[^，；]*新收[^，；]*，)?[^，；\d]{0,8}(?:上年结转|结转上年)"
)
_NAMED = (
    (re.compile(r"(?:行政)?复议(?!后)"), "disputes/review"),
    (re.compile(r"(?:行政)?诉讼"), "disputes/suit"),
)
_NAME = re.compile(r"^(?:行政)?(?:复议(?!后)|诉讼)(?:案件|案)?(?:中|的)?")
_SPOILS = re.compile(r"除|不含|累计|未计")
_CARRIED = re.compile(r"结转|上年|去年")
_INCLUDES = re.compile(r"含|包括")
_SEVERAL = re.compile(r"各|均|分别|都")


class Reader:
    """Reads the sentences of one report.

    ``names`` are the agency's own, ``carries`` says that the table has requests carried in from last year.
    """

    def __init__(self, known: Sequence[Quantity], year: int | None, agency: str, *, carries: bool) -> None:
        self._quantities = known
        self._by_code = {quantity.code: quantity for quantity in known}
        self._received = self._by_code[RECEIVED]
        self._year = year
        self._names = _names(agency)
        self._own = _own_names(agency)
        self._is_government = agency.endswith(("人民政府", "街道办事处", "管理委员会", "管委会"))
        self._carries = carries
        self._words = vocabulary()

    def chapter(self, text: str, *, table: bool, topic: bool) -> Iterator[Read]:
        """The sentences of a chapter that count something; rows of its ``table`` are no sentences.

        ``topic``: all of it is about requests for information, or about reviews and lawsuits on these.
        """
        under_topic = topic
        for line in text.split("\n"):
            heading = heading_of(line)
            if heading is not None:
                under_topic = topic or (len(heading) <= _MAX_HEADING and bool(_TOPIC_HEADING.search(heading)))
            if "\t" in line or (table and not line.rstrip().endswith(("。", "；", "！"))):
                continue
            yield from self._paragraph(line, under_topic)

    def _paragraph(self, line: str, under_topic: bool) -> Iterator[Read]:
        context = Context(under_topic)
        for sentence in sentences(line):
            if not sentence.startswith("其中"):
                base = context.base
                context = Context(under_topic or (base is not None and base.quantity.by_applicant))
            if _FIGURES.search(sentence) and (context.topic or _HINT.search(sentence)):
                counts = bool(_OF_THE_FORM.search(sentence) and (_COUNT.search(sentence) or _NONE_OF.search(sentence)))
                yield Read(sentence, counts, tuple(self._sentence(sentence, context)))

    def _sentence(self, sentence: str, context: Context) -> Iterator[Found]:
        held = list(clauses(sentence, self._year))
        context.ends_otherwise = bool(_OTHER_ENDS.search(sentence))
        context.with_carried_in = bool(_DIVIDES_CARRIED_IN.search("，".join(map(plain, held))))
        yield from self._clauses(held, context)

    def _clauses(self, held: Iterable[str], context: Context) -> Iterator[Found]:
        for clause in held:
            if not _COMPARISON.search(clause):
                self._note(plain(clause), context)
                for piece in pieces(clause):
                    yield from self._piece(piece, context)

    def _note(self, clause: str, context: Context) -> None:
        """Take note of a clause's time, topic and body."""
        times = [(time.lastgroup or "").removesuffix("_year") for time in _TIME.finditer(clause)]
        if times:
            context.period = "other" if "other" in times else times[-1]
        context.dated |= "own" in times
        context.so_far = bool(_SO_FAR.search(clause)) and not context.dated
        about_requests, hostile = bool(_TOPIC.search(clause)), bool(_HOSTILE.search(clause))
        context.topic |= about_requests
        context.hostile = hostile or (context.hostile and not about_requests)
        own = bool(_OURS.search(clause))
        clause = self._without_fillers(clause)
        by_us = self._own_subject(clause) is not None
        other = _OTHER_BODY.search(_WHOLE_REGION.sub("", clause) if self._is_government else clause)
        if other is not None and not (other["body"] and (by_us or self._is_ours(other["body"]))):
            context.others = True
        elif own or by_us:
            context.others = False

    def _piece(self, piece: Piece, context: Context) -> Iterator[Found]:
        """What a piece and its brackets state, if it is the report's own and of the whole that its quantity means."""
        if piece.text.startswith("其中"):
            context.divide()
        core = self._core(piece.text)
        context.subject = subject_of(core) or context.subject
        if context.on_topic and whole_pattern().fullmatch(core):
            context.base, context.divided = None, True
            return
        if piece.value is None:
            yield from self._none(core, context)
            if piece.is_loose:
                context.set_aside(None, core)
            return
        stated = self._stated(piece.text, core, piece.value, context)
        if not stated:
            context.set_aside(piece.value, core)
        if any(context.is_another(found, core) for found in stated):
            stated = ()
        held = [found for found in stated if context.holds(found, carries=self._carries)]
        inner = [found for aside in piece.asides for found in self._aside(aside, stated, context)]
        if not _is_spoiled(stated, inner, piece.asides):
            yield from held
            for found in stated:
                context.remember(found)
        yield from inner

    def _aside(self, aside: str, outer: Sequence[Found], context: Context) -> Iterator[Found]:
        """What stands in brackets behind a figure."""
        divided = outer[0] if len(outer) == 1 and not _adds_carried_in(outer, aside) else None
        below = context.below(divided, foreign=not outer)
        if context.is_own:
            yield from self._clauses(aside_clauses(aside), below)

    def _core(self, text: str) -> str:
        """A clause without its subject, and with blanks for what changes nothing about its figure."""
        text = self._without_fillers(text.removeprefix("其中"))
        subject = self._own_subject(text)
        if subject:
            text = self._without_fillers(text.removeprefix(subject))
        return self._words.blanked(self._own.sub("我局", text))

    def _own_subject(self, clause: str) -> str | None:
        """The agency's own name, if a clause begins with it."""
        match = _SUBJECT.match(clause)
        if match is None:
            return None
        name = match["subject"].removesuffix("机关")
        ours = self._is_ours(name) or (not self._is_government and self._is_ours(name.removesuffix("办公室")))
        return match["subject"] if ours else None

    def _without_fillers(self, text: str) -> str:
        for _ in range(2):
            filler = self._words.fillers.match(text)
            text = text[filler.end() if filler else 0 :]
            if self._is_government:
                region = _WHOLE_REGION.match(text)
                text = text[region.end() if region else 0 :]
        return text

    def _is_ours(self, name: str) -> bool:
        """Whether a name is the agency's own, perhaps shortened: its letters in order, to the last."""
        return bool(name) and any(name[-1] == own[-1] and _is_within(name, own) for own in self._names)

    def _stated(self, text: str, core: str, value: Number, context: Context) -> tuple[Found, ...]:
        base = context.base
        before = {base.quantity.code if base else None, context.subject}
        for quantity in self._quantities:
            ground = quantity.stated_by(core, topic=context.on_topic, near=not context.strange, before=before)
            if ground:
                return self._of_each(quantity, text, value, ground)
        return self._outcome(core, value, context) or self._share(core, value, context)

    def _outcome(self, core: str, value: Number, context: Context) -> tuple[Found, ...]:
        """How reviews or lawsuits ended: those that the clause names, or those named before."""
        named = next((code for word, code in _NAMED if word.match(core)), None)
        if named in context.disputes:
            context.base = context.disputes[named]
        if context.base is None:
            return ()
        outcome = outcome_of(context.base.quantity, _NAME.sub("", core))
        return (Found(outcome, "", value, Ground.BEFORE),) if outcome and value <= context.base.value else ()

    def _of_each(self, quantity: Quantity, text: str, value: Number, ground: Ground) -> tuple[Found, ...]:
        """A figure of several quantities together, or with 各 of each of them."""
        several = _SEVERAL.findall(text) if quantity.each and value else []
        if "分别" in several:
            return ()
        if several:
            return tuple(Found(self._by_code[code], "", value, ground) for code in quantity.each)
        return (Found(quantity, _all_of(quantity), value, ground),)

    def _share(self, core: str, value: Number, context: Context) -> tuple[Found, ...]:
        """The part of one kind of applicant."""
        share, base = share_of(core), context.base
        if share is None:
            return ()
        if share.received and share.requests and (context.speaks_of_requests or not context.divided):
            return (Found(self._received, share.applicant, value),)
        if base and base.quantity.by_applicant and base.applicant:
            return (Found(base.quantity, share.applicant, value, Ground.BEFORE),)
        if share.requests and context.speaks_of_requests:
            return (Found(self._received, share.applicant, value, Ground.TOPIC),)
        return ()

    def _none(self, core: str, context: Context) -> Iterator[Found]:
        """A clause that says that there was none."""
        if not context.is_own or not _NONE.search(core):
            return
        for quantity in self._quantities:
            if quantity.denied_by(core, topic=context.speaks_of_requests):
                yield Found(quantity, _all_of(quantity), 0)


def _names(agency: str) -> frozenset[str]:
    """What an agency calls itself; its letters may be left out, but for the last."""
    short = agency.removesuffix("人民政府").removesuffix("办事处")
    names = {
        agency,
        agency.removesuffix("公室"),
        agency.replace("委员会", "委"),
        short,
        agency.replace("人民政府", "政府"),
        re.sub("局$", "部门", agency),
    }
    return frozenset((names | {"单位", "机关"}) - {""})


def _own_names(agency: str) -> re.Pattern[str]:
    """The agency's names without the places that it lies in, wherever they stand: 教育局, 清水镇, 清水镇人民政府."""
    body = _BODY.fullmatch(agency)
    town = _TOWN.fullmatch(agency)
    names = [name for name in (body and body["body"], town and town["town"]) if name]
    return re.compile("|".join([re.escape(agency), *(rf"[省市县区州]?{re.escape(name)}" for name in names)]) or "(?!)")


def _is_spoiled(outer: Sequence[Found], inner: Sequence[Found], asides: Sequence[str]) -> bool:
    """Whether what stands in brackets says that the figure before them is not what its words say."""
    text = "".join(asides)
    if _SPOILS.search(text):
        return True
    if _CARRIED.search(text):
        return _adds_carried_in(outer, text) or not inner
    return bool(_INCLUDES.search(text)) and not inner and not CHANNEL.search(text)


def _adds_carried_in(outer: Sequence[Found], aside: str) -> bool:
    """Whether a bracket behind the requests received says that those carried in are among them."""
    return bool(_CARRIED.search(aside)) and any(found.is_received for found in outer)


def _all_of(quantity: Quantity) -> str:
    return EVERYBODY if quantity.by_applicant else ""


def _is_within(short: str, name: str) -> bool:
    letters = iter(name)
    return all(letter in letters for letter in short)
