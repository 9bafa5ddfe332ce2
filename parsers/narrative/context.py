"""What a sentence said so far, and what that means for the figures that follow in it."""

import re
from dataclasses import dataclass, field, replace

from parsers.document.values import Number
from parsers.narrative.quantities import EVERYBODY, Ground, Quantity

RECEIVED = "applications/received"
CONCLUDED = "applications/concluded"
CARRIED_IN = "applications/carried_in"
_FLOWS = frozenset({CARRIED_IN, "applications/carried_out"})
# A part that is no quantity of the form: something else that was done, or how a request came in and what it was about.
_OTHER_DEED = re.compile(
    r"办理|受理|收到|接到|接收|回复|答复|处理|发布|公开|审批|办结|开展|举办|召开|印发|转载|咨询|解答"
)
CHANNEL = re.compile(r"申请|网[络站上]|平台|信函|邮[寄件箱]|当面|现场|窗口|传真|纸质|来信|线[上下]|快递|渠道|书面|涉及")


@dataclass(frozen=True, slots=True)
class Found:
    """A figure understood: of which quantity, and of which applicants ("" where none are told apart)."""

    quantity: Quantity
    applicant: str
    value: Number
    ground: Ground = Ground.WORDS

    @property
    def is_share(self) -> bool:
        """Whether it is that of one kind of applicant."""
        return self.applicant not in {"", EVERYBODY}

    @property
    def is_received(self) -> bool:
        """Whether it is all requests that came in."""
        return self.quantity.code == RECEIVED and not self.is_share


@dataclass(slots=True)
class Context:
    """What the sentence said so far, as far as it bears on what follows.

    Time and body: ``period`` is own, end (of the year) or other; ``so_far``: figures have added up since an unknown
    day; ``others``: it speaks of other bodies.

    Topic: requests for information, unless the sentence is ``hostile`` (提案, 热线), or something else was counted
    meanwhile (``strange``).

    ``subject`` is what an earlier clause spoke of.

    Whole and parts: ``base`` is what 其中 divides (``divided``). ``part`` is a figure of a part of it (网上申请8件)
    while its ``parts`` so far do not add up to it: what follows may be said of that part alone, unless ``results``
    stood before it. ``foreign``: 其中 divides something unknown. ``codes``: which quantities were stated;
    ``disputes``: all reviews, all lawsuits, by their codes.
    """

    topic: bool
    period: str = "own"
    dated: bool = False
    so_far: bool = False
    others: bool = False
    hostile: bool = False
    strange: bool = False
    base: Found | None = None
    divided: bool = False
    parts: Number = 0
    part: Number | None = None
    results: bool = False
    foreign: bool = False
    ends_otherwise: bool = False
    with_carried_in: bool = False
    subject: str | None = None
    codes: set[str] = field(default_factory=set)
    disputes: dict[str, Found] = field(default_factory=dict)

    @property
    def is_own(self) -> bool:
        """Whether figures are those of the report's agency and year."""
        return self.period in {"own", "end"} and not self.so_far and not self.others

    @property
    def on_topic(self) -> bool:
        """Whether the sentence speaks of requests for information, and of nothing that is counted in the same words."""
        return self.topic and not self.hostile

    @property
    def speaks_of_requests(self) -> bool:
        """Whether a bare 申请 or 答复 is about requests for information."""
        return self.on_topic and not self.strange

    def below(self, base: Found | None, *, foreign: bool) -> "Context":
        """The context of what stands in brackets behind a figure."""
        return Context(self.on_topic, base=base, divided=base is not None, foreign=foreign, codes=set(self.codes))

    def divide(self) -> None:
        """其中: what follows is of the base; of which one, is not known after reviews and lawsuits together."""
        self.divided = True
        if self.base and self.base.quantity.is_dispute and len(self.disputes) > 1:
            self.base = None
        self.foreign |= self.base is None and (self.strange or self.others)

    def holds(self, found: Found, *, carries: bool) -> bool:
        """Whether a figure is the report's own, and of the whole that its quantity means.

        ``carries``: requests were carried in, and what became of this year's alone is less than the table's row.
        """
        if not self.is_own or (found.ground is not Ground.WORDS and (self.foreign or self._may_be_of_part(found))):
            return False
        if found.is_received and RECEIVED in self.codes:
            return False
        if self.base is None or not self.divided or found.is_share or found.quantity.code in _FLOWS:
            return True
        whole = self.base.quantity
        if whole is found.quantity:
            return False
        if whole.code == RECEIVED and found.quantity.result and carries:
            return CARRIED_IN in self.codes
        return whole.whole or found.quantity.is_dispute or whole.includes(found.quantity)

    def _may_be_of_part(self, found: Found) -> bool:
        """Whether a figure may be what became of a part alone: one that is larger than the part is not."""
        is_result = found.quantity.result and not found.is_share
        return is_result and self.part is not None and found.value <= self.part

    def is_another(self, found: Found, clause: str) -> bool:
        """Whether what else the sentence has shows a figure to be of less, or of more, than its words say."""
        if found.quantity.code == CONCLUDED:
            return self.ends_otherwise and (self.divided or "办结" not in clause)
        return found.is_received and self.with_carried_in and not self.divided and not clause.startswith("新收")

    def set_aside(self, value: Number | None, clause: str) -> None:
        """Take note of a figure that was not understood."""
        # Requests of some kind: what follows may be said of these alone.
        self.foreign |= self.base is None and "申请" in clause
        is_deed = _OTHER_DEED.search(clause) and not CHANNEL.search(clause)
        if is_deed or self.base is None or value is None:
            self.strange = True
            self.base = self.base if self.divided or "结转" in clause else None
        elif not self.results:
            self._add_part(value, self.base)

    def remember(self, found: Found) -> None:
        """Take note of a figure that was understood."""
        if self.is_own and not found.is_share:
            self.codes.add(found.quantity.code)
        if found.quantity.is_dispute and found.quantity.whole:
            self.disputes[found.quantity.code] = found
        if found.ground is Ground.WORDS and not found.is_share:
            self.strange = self.foreign = False
        base = self.base
        if base and found.is_share:
            self._add_part(found.value, base)
        elif base and found.quantity.code in _FLOWS:
            if base.is_received and not self.divided:
                # 其中 after these two divides both.
                self.base = replace(base, value=base.value + found.value)
        elif not found.is_share:
            self._rebase(found)

    def _rebase(self, found: Found) -> None:
        if not found.quantity.whole and self._is_of_base(found):
            self.results = True
        else:
            self.base, self.parts, self.part, self.results = found, 0, None, False

    def _is_of_base(self, found: Found) -> bool:
        """Whether a figure is of what 其中 divides, or was understood by what stands before it."""
        if self.base is None:
            return self.divided
        if self.divided:
            return self.base.quantity.whole or self.base.quantity.includes(found.quantity)
        return found.ground is Ground.BEFORE

    def _add_part(self, value: Number, base: Found) -> None:
        """A part of the base: what follows may be said of it, until the parts make the whole."""
        self.parts += value
        complete = self.parts == base.value
        self.part = None if complete else max(value, self.part or 0)
        self.parts = 0 if complete else self.parts
