"""The quantities that the narrative may state, and the clauses that state them (``statements.yaml``)."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import IntEnum
from fnmatch import fnmatchcase
from functools import cache
from typing import NamedTuple

from parsers.declarations import declared
from parsers.form.cell_key import CellKey
from parsers.form.model import codebook, form_of

EVERYBODY = "total"
ORGANISATIONS = "organisations"
Pattern = re.Pattern[str]


class Ground(IntEnum):
    """What it takes for a clause to state a quantity: its own words, or also what was said before."""

    WORDS = 1
    TOPIC = 2
    BEFORE = 3


@dataclass(frozen=True, slots=True)
class Quantity:
    """A cell or a sum of cells, and patterns of the clauses that state it (see ``statements.yaml``).

    ``cells`` are keys; * stands for any code. Those of section 3 name rows, whatever the applicant.
    """

    code: str
    cells: tuple[str, ...]
    says: Pattern | None = None
    in_topic: Pattern | None = None
    termed: Pattern | None = None
    after: Pattern | None = None
    of: frozenset[str] = frozenset()
    none: Pattern | None = None
    none_in_topic: Pattern | None = None
    stock: bool = False
    whole: bool = False
    result: bool = False
    amount: bool = False
    each: tuple[str, ...] = ()

    @property
    def by_applicant(self) -> bool:
        """Whether the form tells applicants apart: section 3."""
        return self.code.startswith("applications/")

    @property
    def is_dispute(self) -> bool:
        """Whether it is a number of reviews or lawsuits."""
        return self.code.startswith("disputes/")

    def stated_by(
        self, clause: str, *, topic: bool, near: bool = True, before: Set[str | None] = frozenset()
    ) -> Ground | None:
        """On what ground a clause with a figure states it, if it does.

        ``topic``: it stands where requests are spoken of; ``near``: nothing else was counted meanwhile.
        ``before``: what the sentence stated last or spoke of, or what 其中 divides.
        """
        if _fits(self.says, clause):
            return Ground.WORDS
        if topic and (_fits(self.termed, clause) or (near and _fits(self.in_topic, clause))):
            return Ground.TOPIC
        return Ground.BEFORE if before & self.of and _fits(self.after, clause) else None

    def denied_by(self, clause: str, *, topic: bool) -> bool:
        """Whether a clause without a figure says that there was none."""
        return _fits(self.none, clause) or (topic and _fits(self.none_in_topic, clause))

    def includes(self, other: "Quantity") -> bool:
        """Whether the other's cells are among this one's."""
        return all(any(fnmatchcase(cell, pattern) for pattern in self.cells) for cell in other.cells)

    def keys(self, edition: int, applicant: str) -> tuple[str, ...]:
        """Those of an edition's cells that the quantity is the sum of."""
        return _keys(self.cells, edition, applicant if self.by_applicant else None)


def _fits(pattern: Pattern | None, clause: str) -> bool:
    return pattern is not None and pattern.fullmatch(clause) is not None


@cache
def _keys(patterns: tuple[str, ...], edition: int, applicant: str | None) -> tuple[CellKey, ...]:
    keys = tuple(key for pattern in patterns for key in form_of(edition).cells if fnmatchcase(key, pattern))
    if applicant is None:
        return keys
    columns = _columns(applicant)
    return tuple(key for key in keys if key.column in columns)


def _columns(applicant: str) -> frozenset[str]:
    if applicant == ORGANISATIONS:
        return frozenset(codebook().applicants) - {"natural_person", EVERYBODY}
    return frozenset({applicant})


class Share(NamedTuple):
    """A clause on one kind of applicant: which, and whether its words say that requests came in."""

    applicant: str
    received: bool
    requests: bool


@dataclass(frozen=True, slots=True)
class Declaration:
    """A quantity as ``statements.yaml`` declares it; its patterns have names of words in braces."""

    cells: tuple[str, ...]
    says: tuple[str, ...] = ()
    in_topic: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    none_in_topic: tuple[str, ...] = ()
    stock: bool = False
    whole: bool = False
    result: bool = False
    amount: bool = False
    each: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Declarations:
    """``statements.yaml``: words by name, each made of those above it, and the quantities by code."""

    fillers: tuple[str, ...]
    words: dict[str, str]
    frames: tuple[str, ...]
    applicants: dict[str, str]
    applicant_frames: tuple[str, ...]
    subjects: dict[str, str]
    whole: str
    outcomes: dict[str, str]
    quantities: dict[str, Declaration]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of ``statements.yaml``, ready to be matched."""

    fillers: Pattern
    frames: tuple[str, ...]
    words: Mapping[str, str]

    def blanked(self, text: str) -> str:
        """A clause, or a label, with one blank in place of fillers that stand together."""
        return self.fillers.sub(" ", text)

    def pattern(self, patterns: Sequence[str]) -> Pattern | None:
        """One pattern of several."""
        filled = "|".join(f"(?:{self.filled(pattern)})" for pattern in patterns)
        return re.compile(f" ?(?:{filled}) ?") if patterns else None

    def filled(self, pattern: str, **more: str) -> str:
        """A pattern with words in place of their names."""
        words = {**self.words, **more}
        return _NAME.sub(lambda name: words[name[1]], _BLANK.sub(" ?", pattern))

    def framed(self, terms: Sequence[str]) -> list[str]:
        """Patterns of terms with their figure behind or before them."""
        return [self.filled(frame, term=f"(?:{self.filled(term)})") for term in terms for frame in self.frames]


_NAME = re.compile(r"\{([a-z_]+)\}")
# Not those of a class of characters, or of an alternative.
_BLANK = re.compile(r"(?<![\[|、]) (?![|\]?与到])")


@cache
def _declarations() -> Declarations:
    return declared(__package__, "statements.yaml", Declarations)


@cache
def vocabulary() -> Vocabulary:
    """The words declared."""
    statements = _declarations()
    words: dict[str, str] = {}
    known = Vocabulary(re.compile(f"(?:{'|'.join(statements.fillers)})+"), statements.frames, words)
    for name, pattern in statements.words.items():
        words[name] = known.filled(pattern)
    return known


@cache
def quantities(edition: int) -> tuple[Quantity, ...]:
    """The quantities declared, and those that the labels of an edition's form name."""
    declared_ones = (_quantity(code, one) for code, one in _declarations().quantities.items())
    return (*declared_ones, *_labelled(edition))


def _quantity(code: str, one: Declaration) -> Quantity:
    known = vocabulary()
    return Quantity(
        code=code,
        cells=tuple(f"{cell}/*" if code.startswith("applications/") else cell for cell in one.cells),
        says=known.pattern(one.says),
        in_topic=known.pattern(one.in_topic),
        termed=known.pattern(known.framed(one.terms)),
        after=known.pattern(one.after),
        of=frozenset(one.of),
        none=known.pattern(one.none),
        none_in_topic=known.pattern(one.none_in_topic),
        stock=one.stock,
        whole=one.whole,
        result=one.result,
        amount=one.amount,
        each=one.each,
    )


_LOOSELY = {"本机关": " ", "属于": "(?:属于)?", "相关政府信息": "(?:(?:相关)?(?:政府)?信息)?"}
_LOOSE = re.compile("|".join(_LOOSELY))


def _labelled(edition: int) -> Iterator[Quantity]:
    """The single results of section 3 and the two ways to sue, by the form's own labels."""
    known = vocabulary()
    for row in form_of(edition).rows:
        if row.path.count("/") == 2 and row.keys[-1] != "其他":
            labels = [_term(key) for key in row.keys]
            yield Quantity(row.key, (f"{row.key}/*",), termed=known.pattern(known.framed(labels)), result=True)
    for code, label in codebook().dispute_procedures.items():
        if code != "review":
            says = known.pattern(known.framed([known.blanked(label)]))
            yield Quantity(f"disputes/{code}", (f"disputes/{code}/total",), says)


def _term(label: str) -> str:
    """A row's label as prose has it: 本机关 may be any of the agency's names, and 属于 be left out."""
    plain = _LOOSE.sub(lambda word: _LOOSELY[word[0]], label.replace("“", "").replace("”", ""))
    return vocabulary().blanked(plain)


@cache
def outcome_patterns() -> tuple[tuple[str, Pattern], ...]:
    """The outcomes of reviews and suits, and the clauses that say how many ended so."""
    known = vocabulary()
    patterns = ((code, known.pattern(known.framed([term]))) for code, term in _declarations().outcomes.items())
    return tuple((code, pattern) for code, pattern in patterns if pattern)


def outcome_of(whole: Quantity, clause: str) -> Quantity | None:
    """The outcome of the reviews or suits ``whole`` that a clause is about, as 维持2件 after 行政复议3件."""
    if not (whole.whole and whole.is_dispute):
        return None
    for code, pattern in outcome_patterns():
        if pattern.fullmatch(clause):
            return Quantity(f"{whole.code}/{code}", tuple(cell.replace("/total", f"/{code}") for cell in whole.cells))
    return None


@cache
def whole_pattern() -> Pattern:
    """The clauses that say what the figures after them are parts of."""
    return re.compile(f" ?{vocabulary().filled(_declarations().whole)} ?")


@cache
def _subjects() -> tuple[tuple[str, Pattern], ...]:
    return tuple((code, re.compile(pattern)) for code, pattern in _declarations().subjects.items())


def subject_of(clause: str) -> str | None:
    """What a clause speaks of, for the clauses that follow it."""
    return next((code for code, pattern in _subjects() if pattern.fullmatch(clause)), None)


@cache
def _applicant_patterns() -> tuple[tuple[str, Pattern], ...]:
    known, statements = vocabulary(), _declarations()
    return tuple(
        (code, re.compile(f"{known.filled(frame, who=f'(?:{known.filled(names)})')} ?"))
        for code, names in statements.applicants.items()
        for frame in statements.applicant_frames
    )


def share_of(clause: str) -> Share | None:
    """What a clause says of one kind of applicant, as 自然人申请8件; None for any other clause."""
    for code, pattern in _applicant_patterns():
        match = pattern.fullmatch(clause)
        if match:
            groups = match.groupdict()
            asked = bool(groups["request"] or groups["bare"])
            return Share(code, bool(groups["request"] or groups.get("got")), asked)
    return None
