"""View ``cells``: every cell of every report in long form, with its state and how it is known.

Where a person decided about a cell, value and state are those decided, and what was read stands beside them.
"""

from collections.abc import Iterator, Mapping, Sequence

from parsers.document.values import Proof
from parsers.form.model import Row, codebook, forms

PROOF_LETTERS = {
    Proof.PERSON: "h",
    Proof.SUM: "s",
    Proof.TWICE: "t",
    Proof.STATED: "d",
    Proof.PLACED: "p",
    Proof.EMPTY: "e",
}
"""How table ``evidence`` writes the proof of each cell of a row; NO_PROOF stands for a cell that is not certain."""
NO_PROOF = "-"


def cells_sql() -> str:
    """The view's SQL. Proofs are looked up, not joined: a query that does not ask for them is as fast as without."""
    parts = [_disclosure(), *map(_applications, codebook().applicants), *map(_disputes, codebook().dispute_outcomes)]
    union = "\n  union all ".join(parts)
    letter = "(select substr(e.proof, c.place, 1) from evidence e where e.report = c.report and e.row = c.line)"
    return (
        "select c.report, c.cell, iif(d.state is null, c.value, d.value) as value,\n"
        "  coalesce(d.state, f.state, 'printed') as state,\n"
        f"  case when d.state is not null then '{Proof.PERSON}' else case {letter}\n    {_words()} end end as proof,\n"
        "  c.value as read_value, coalesce(f.state, 'printed') as read_state\n"
        f"from (\n  {union}\n) c left join flags f on f.report = c.report and f.cell = c.cell\n"
        "left join decisions d on d.report = c.report and d.cell = c.cell and d.standing = 'applies'"
    )


def _words() -> str:
    """What each letter means; a cell that its place alone proves may be proved by another year's report."""
    agrees = "exists (select 1 from series s where s.report = c.report and s.cell = c.cell)"
    words = {proof: f"'{proof}'" for proof in PROOF_LETTERS}
    words[Proof.PLACED] = f"iif({agrees}, '{Proof.SERIES}', '{Proof.PLACED}')"
    return "\n    ".join(f"when '{letter}' then {words[proof]}" for proof, letter in PROOF_LETTERS.items())


def _disclosure() -> str:
    """A row's columns differ from edition to edition: each is counted from the row's first or from its last."""
    rows = [[column.code for column in row.columns] for row in _rows() if row.table == "disclosure"]
    places = {code: _place(code, [row for row in rows if code in row]) for row in rows for code in row}
    return (
        "select report, 'disclosure/' || row || '/' || [column] as cell, value, 'disclosure/' || row as line,"
        f" {_cases('[column]', places)} as place from disclosure"
    )


def _place(code: str, rows: Sequence[Sequence[str]]) -> int:
    first = {row.index(code) + 1 for row in rows}
    (place,) = first if len(first) == 1 else {row.index(code) - len(row) for row in rows}
    return place


def _applications(code: str) -> str:
    cell, line = f"'applications/' || row || '/{code}'", "'applications/' || row"
    place = 1 + list(codebook().applicants).index(code)
    return f"select report, {cell}, {code}, {line}, {place} from applications"


def _disputes(code: str) -> str:
    """Three procedures are one printed row."""
    row = next(row for row in _rows() if row.table == "disputes")
    places = {cell.row: place for place, cell in enumerate(row.cells, start=1) if cell.column == code}
    cell = f"'disputes/' || procedure || '/{code}'"
    return f"select report, {cell}, {code}, '{row.key}', {_cases('procedure', places)} from disputes"


def _cases(name: str, values: Mapping[str, int]) -> str:
    cases = " ".join(f"when '{code}' then {value}" for code, value in values.items())
    return f"case {name} {cases} end"


def _rows() -> Iterator[Row]:
    return (row for form in forms() for row in form.rows)
