"""The quantities that the narrative may state, and the clauses that state them (``statements.yaml``)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from parsers.declarations import declared
from parsers.form.cell_key import CellKey
from parsers.form.model import codebook, form_of

EVERYBODY = "total"
ORGANISATIONS = "organisations"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A cell or a sum of cells, and patterns of the clauses that state it (see ``statements.yaml``).

    ``cells`` are keys; * stands for any code. Those of section 3 name rows, whatever the applicant.
    """

    code: str
    cells: tuple[str, ...]
    says: re.Pattern[str] | None = None
    in_topic: re.Pattern[str] | None = None
    after: re.Pattern[str] | None = None
    of: frozenset[str] = frozenset()
    none: re.Pattern[str] | None = None
    none_in_topic: re.Pattern[str] | None = None
    stock: bool = False
    whole: bool = False
    amount: bool = False

    @property
    def by_applicant(self) -> bool:
        """Whether the form tells applicants apart: section 3."""
        return self.code.startswith("applications/")

    def stated_by(self, clause: str, *, topic: bool, before: str | None) -> re.Match[str] | None:
        """Match a clause with a figure; ``before`` is the code of what the sentence stated last."""
        match = self.says.fullmatch(clause) if self.says else None
        if not match and topic and self.in_topic:
            match = self.in_topic.fullmatch(clause)
        if not match and self.after and before in self.of:
            match = self.after.fullmatch(clause)
        return match

    def denied_by(self, clause: str, *, topic: bool) -> bool:
        """Whether a clause without a figure says that there was none."""
        return bool(
            (self.none and self.none.fullmatch(clause))
            or (topic and self.none_in_topic and self.none_in_topic.fullmatch(clause))
        )

    def includes(self, other: "Quantity") -> bool:
        """Whether the other's cells are among this one's."""
        return all(any(fnmatchcase(cell, pattern) for pattern in self.cells) for cell in other.cells)

    def keys(self, edition: int, applicant: str) -> tuple[str, ...]:
        """Those of an edition's cells that the quantity is the sum of."""
        return _keys(self.cells, edition, applicant if self.by_applicant else None)

    def outcome(self, clause: str) -> "Quantity | None":
        """The outcome of the reviews or suits that a clause is about, as 维持2件 after 行政复议3件."""
        if not (self.whole and self.code.startswith("disputes/")):
            return None
        for code, label in codebook().dispute_outcomes.items():
            if code != EVERYBODY and re.fullmatch(f"(?:{label}|{label.removeprefix('结果')})的?#", clause):
                return Quantity(f"{self.code}/{code}", tuple(cell.replace("/total", f"/{code}") for cell in self.cells))
        return None


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


def without_applicant(clause: str) -> tuple[str, str] | None:
    """The code of the kind of applicant that a clause names, and the clause without the name."""
    match = _applicants().search(clause)
    if match is None:
        return None
    codes = {label: code for code, label in codebook().applicants.items()}
    return codes.get(match[0], ORGANISATIONS), clause[: match.start()] + clause[match.end() :]


@cache
def _applicants() -> re.Pattern[str]:
    labels = [label for label in codebook().applicants.values() if label not in {"其他", "总计"}]
    return re.compile("|".join((*labels, "法人(?:或者?|和|及|与)?其他组织")))


@dataclass(frozen=True, slots=True)
class Declaration:
    """A quantity as ``statements.yaml`` declares it; its patterns have names of words in braces."""

    cells: tuple[str, ...]
    says: tuple[str, ...] = ()
    in_topic: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    none_in_topic: tuple[str, ...] = ()
    stock: bool = False
    whole: bool = False
    amount: bool = False


@dataclass(frozen=True, slots=True)
class Declarations:
    """``statements.yaml``: words by name, each made of those above it, and the quantities by code."""

    words: dict[str, str]
    quantities: dict[str, Declaration]


@cache
def quantities(edition: int) -> tuple[Quantity, ...]:
    """The quantities declared, and those that the labels of an edition's form name."""
    statements = declared(__package__, "statements.yaml", Declarations)
    words: dict[str, str] = {}
    for name, pattern in statements.words.items():
        words[name] = _filled(pattern, words)
    return (*(_quantity(code, one, words) for code, one in statements.quantities.items()), *_labelled(edition))


def _quantity(code: str, one: Declaration, words: Mapping[str, str]) -> Quantity:
    return Quantity(
        code=code,
        cells=tuple(f"{cell}/*" if code.startswith("applications/") else cell for cell in one.cells),
        says=_either(one.says, words),
        in_topic=_either(one.in_topic, words),
        after=_either(one.after, words),
        of=frozenset(one.of),
        none=_either(one.none, words),
        none_in_topic=_either(one.none_in_topic, words),
        stock=one.stock,
        whole=one.whole,
        amount=one.amount,
    )


def _either(patterns: Sequence[str], words: Mapping[str, str]) -> re.Pattern[str] | None:
    filled = (_filled(pattern, words) for pattern in patterns)
    return re.compile("|".join(f"(?:{pattern})" for pattern in filled)) if patterns else None


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    return re.sub(r"\{([a-z_]+)\}", lambda name: words[name[1]], pattern)


def _labelled(edition: int) -> Iterator[Quantity]:
    """The single results of section 3 and the two ways to sue, by the form's own labels."""
    for row in form_of(edition).rows:
        if row.path.count("/") == 2 and row.keys[-1] != "其他":
            label = "|".join(re.escape(key) for key in row.keys)
            yield Quantity(row.key, (f"{row.key}/*",), in_topic=re.compile(f"(?:{label})(?:的)?(?:申请)?#"))
    for code, label in codebook().dispute_procedures.items():
        if code != "review":
            yield Quantity(f"disputes/{code}", (f"disputes/{code}/total",), re.compile(f"{label}(?:的)?(?:案件)?#"))
