"""Failed checks with both sides of the sum, in the words of the form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parsers.form.model import Form, Identity, codebook, form_of
from publish.room.drawing.form import cell_labels
from publish.room.language import Words
from publish.room.queries import Record

# What the official form states or implies; see codebook.yaml.
NAMES = {
    "balance": ("本年新收＋上年结转＝总计＋结转下年度", "received + carried in = concluded + carried out"),
    "outcomes": ("办理结果总计＝各项结果之和", "concluded = sum of the outcomes"),
    "applicants": ("总计＝各类申请人之和", "total = sum of the applicants"),
    "disputes": ("总计＝各种结果之和", "total = sum of the outcomes"),
    "carry_over": ("上年结转＝上一年度报告的结转下年度", "carried in = last year's carried out"),
    "stock": ("现行有效＝上年现行有效＋制发－废止", "in force = last year's in force + issued - repealed"),
}


# What the two sides of a check across years are.
_ACROSS = {
    "carry_over": (
        Words("上年报告的结转下年度", "carried out by last year's report"),
        Words("本年报告的上年结转", "carried in by this year's"),
    ),
    "stock": (
        Words("现行有效件数", "in force"),
        Words("上年现行有效＋本年制发－本年废止", "last year's in force + issued - repealed"),
    ),
}


@dataclass(frozen=True, slots=True)
class Term:
    """A figure of a sum: what the form calls it, and what was printed."""

    label: str
    value: float


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """A failed check: its name in both languages, where it fails, and its two sides.

    ``previous`` is the report on the year before, for a check across years.
    """

    zh: str
    en: str
    where: str
    left: Sequence[Term]
    right: Sequence[Term]
    sums: tuple[float, float]
    cells: frozenset[str]
    previous: str | None = None


def failed_checks(edition: int, rows: Sequence[Record], values: Mapping[str, float | None]) -> list[FailedCheck]:
    """The failed checks of a report, from its rows of table ``checks`` and the values of its cells."""
    form = form_of(edition)
    identities = {(identity.name, identity.scope): identity for identity in form.identities}
    return [_failed_check(form, row, identities.get((row["identity"], row["scope"])), values) for row in rows]


def _failed_check(
    form: Form, row: Record, identity: Identity | None, values: Mapping[str, float | None]
) -> FailedCheck:
    zh, en = NAMES[row["identity"]]
    sides = (row["left"], row["right"])
    where = _scopes(form).get(row["scope"]) or str(row["scope"])
    if identity is None:
        left, right = (Term(str(label), side) for label, side in zip(_ACROSS[row["identity"]], sides, strict=True))
        return FailedCheck(zh, en, where, [left], [right], sides, _cell_across(form, row), row["previous"])
    lefts, rights = (_terms(form, identity, cells, values) for cells in (identity.left, identity.right))
    return FailedCheck(zh, en, where, lefts, rights, sides, frozenset((*identity.left, *identity.right)))


def _cell_across(form: Form, row: Record) -> frozenset[str]:
    """The cell of this year's report that a check across years is about."""
    scope = row["scope"]
    cells = {"carry_over": f"applications/carried_in/{scope}", "stock": f"disclosure/{scope}/in_force"}
    return frozenset(form.cells).intersection([cells[row["identity"]]])


def _terms(form: Form, identity: Identity, cells: Sequence[str], values: Mapping[str, float | None]) -> list[Term]:
    """The terms of a side; of many, those that are not 0."""
    labels = cell_labels(form.edition)
    by_row = identity.name in ("applicants", "disputes")
    terms = [Term(labels[cell].split(" · ")[by_row], values.get(cell) or 0) for cell in cells]
    return [term for term in terms if term.value] if len(terms) > 2 else terms


def _scopes(form: Form) -> dict[str, str]:
    """The scopes of checks in the words of the form."""
    rows = {row.code: row.path.rpartition("/")[2] for row in form.rows}
    book = codebook()
    return {**book.dispute_procedures, **book.applicants, **rows}
