"""What a made-up report says: figures that obey the form's identities, a title and some prose.

Everything is drawn from a ``random.Random``, so the same code serves a seed and Hypothesis.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from hypothesis import strategies as st

from parsers.document.values import Number, State
from parsers.form.model import Form, codebook, form_of

APPLICANTS = tuple(code for code in codebook().applicants if code != "total")
OUTCOMES = tuple(code for code in codebook().dispute_outcomes if code != "total")
PROCEDURES = tuple(codebook().dispute_procedures)
DASHES = ("/", "-", "—", "无")
SEEDS = st.integers(0, 2**31)
_ENDS = ("applications/received", "applications/carried_in", "applications/concluded", "applications/carried_out")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what stands in it, and what that means."""

    text: str
    value: Number | None
    state: State = State.PRINTED


BLANK = Cell("", None, State.BLANK)


@dataclass(frozen=True, slots=True)
class Truth:
    """A whole report: every cell of an edition, whose it is, and three chapters of prose."""

    edition: int
    year: int
    agency: str
    title: str
    cells: Mapping[str, Cell]
    prose: Mapping[int, Sequence[str]]

    @property
    def form(self) -> Form:
        """The form that the report fills in."""
        return form_of(self.edition)


def truths(edition: int = 2021, *, empties: bool = False) -> st.SearchStrategy[Truth]:
    """Truths as a strategy of Hypothesis.

    They are drawn from a seed: to draw two hundred figures one by one costs more than to read them,
    and a smaller figure does not make a simpler report.
    """
    return SEEDS.map(lambda seed: draw_truth(Random(seed), edition, empties=empties))


def draw_truth(rng: Random, edition: int = 2021, *, empties: bool = False, shape: str = "") -> Truth:
    """Draw a truth; with ``empties`` some cells that count for nothing are blank or a dash.

    ``shape`` is one of ``SHAPES``: what reports of the field are mostly like.
    """
    form = form_of(edition)
    year = rng.randint(2021, 2024) if edition == 2021 else rng.randint(2019, 2020)
    agency, title = _names(rng, year)
    figures = draw_figures(rng, form)
    cells = _printed(rng, form, _SHAPED[shape](rng, figures) if shape else figures)
    if empties:
        cells |= _emptied(rng, cells)
    if shape in _BLANKED and rng.random() < 0.7:
        cells |= _BLANKED[shape](cells)
    return Truth(edition, year, agency, title, cells, _prose(rng, agency, year))


def draw_figures(rng: Random, form: Form) -> dict[str, Number]:
    """Figures of every cell of a form: the leaves are drawn, the totals derived from them."""
    density = rng.choice((0.1, 0.5, 0.9))
    figures: dict[str, Number] = {}
    disclosed = [cell for row in form.rows if row.table == "disclosure" for cell in row.cells]
    figures |= {cell: _disclosed(rng, cell, density) for cell in disclosed}
    results = result_rows(form)
    for row in results:
        figures |= {f"{row}/{a}": _figure(rng, density) for a in APPLICANTS}
    for a in APPLICANTS:
        figures |= _balanced(rng, a, sum(int(figures[f"{row}/{a}"]) for row in results), density)
    for row in (*results, *_ENDS):
        figures[f"{row}/total"] = sum(int(figures[f"{row}/{a}"]) for a in APPLICANTS)
    for procedure in PROCEDURES:
        leaves = {f"disputes/{procedure}/{outcome}": _figure(rng, density) for outcome in OUTCOMES}
        figures |= {**leaves, f"disputes/{procedure}/total": sum(leaves.values())}
    return figures


def _all_zero(_: Random, figures: Mapping[str, Number]) -> dict[str, Number]:
    return dict.fromkeys(figures, 0)


def _one_applicant(rng: Random, figures: Mapping[str, Number]) -> dict[str, Number]:
    """Section 3 has figures of one kind of applicant, and so of the total."""
    chosen = rng.choice(APPLICANTS)
    sums = {"total": chosen} | {other: "" for other in APPLICANTS if other != chosen}

    def figure(key: str, value: Number) -> Number:
        row, _, column = key.rpartition("/")
        if not key.startswith("applications/"):
            return value
        return figures.get(f"{row}/{sums.get(column, column)}", 0)

    return {key: figure(key, value) for key, value in figures.items()}


def _few_figures(rng: Random, figures: Mapping[str, Number]) -> dict[str, Number]:
    """A handful of small figures in section 3, and nothing else."""
    small: dict[str, Number] = dict.fromkeys(figures, 0)
    rows = sorted({key.rpartition("/")[0] for key in figures if key.startswith("applications/")} - {*_ENDS})
    for row in rng.sample(rows, rng.randint(1, 3)):
        applicant, count = rng.choice(APPLICANTS), rng.randint(1, 9)
        for end in (row, "applications/concluded", "applications/received"):
            for column in (applicant, "total"):
                small[f"{end}/{column}"] += count
    return small


def _without_zeros(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """The cells of section 3 that say nothing are empty."""
    return {key: BLANK for key, cell in cells.items() if key.startswith("applications/") and cell.value == 0}


def _without_applicants(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """Section 3 has nothing but its totals."""
    inner = (key for key in cells if key.startswith("applications/") and not key.endswith("/total"))
    return dict.fromkeys(inner, BLANK)


_SHAPED: dict[str, Callable[[Random, Mapping[str, Number]], dict[str, Number]]] = {
    "all zero": _all_zero,
    "totals alone": lambda rng, figures: dict(figures) if rng.random() < 0.5 else _all_zero(rng, figures),
    "one applicant": _one_applicant,
    "few figures": _few_figures,
}
_BLANKED = {"totals alone": _without_applicants, "one applicant": _without_zeros, "few figures": _without_zeros}
SHAPES = ("", *_SHAPED)


def result_rows(form: Form) -> list[str]:
    """The keys of the rows whose sum is the row of concluded applications."""
    return [row.key for row in form.rows if row.table == "applications" and row.key not in _ENDS]


def broken_identities(form: Form, values: Mapping[str, Number | None]) -> list[str]:
    """The identities that figures break; written apart from the parsers' own checks on purpose.

    Blanks count as nothing; an identity with a blank total, or a side that is all blank, says nothing.
    """
    equations = {f"applicants {row}": ([f"{row}/total"], _across(row)) for row in (*result_rows(form), *_ENDS)}
    for a in (*APPLICANTS, "total"):
        results = [f"{row}/{a}" for row in result_rows(form)]
        received, carried_in, concluded, carried_out = (f"{row}/{a}" for row in _ENDS)
        equations[f"outcomes {a}"] = ([concluded], results)
        equations[f"balance {a}"] = ([concluded, carried_out], [received, carried_in])
    for p in PROCEDURES:
        equations[f"disputes {p}"] = ([f"disputes/{p}/total"], [f"disputes/{p}/{o}" for o in OUTCOMES])
    return [name for name, (left, right) in equations.items() if _broken(left, right, values)]


def _across(row: str) -> list[str]:
    return [f"{row}/{a}" for a in APPLICANTS]


def _broken(left: Sequence[str], right: Sequence[str], values: Mapping[str, Number | None]) -> bool:
    """Whether two sums differ; ``left`` begins with the total."""
    if values.get(left[0]) is None:
        return False
    sides = [[n for key in side if (n := values.get(key)) is not None] for side in (left, right)]
    return all(sides) and sum(sides[0]) != sum(sides[1])


def _figure(rng: Random, density: float) -> int:
    if rng.random() >= density:
        return 0
    return rng.randint(1, 10 ** rng.randint(1, 5) - 1)


def _balanced(rng: Random, applicant: str, concluded: int, density: float) -> dict[str, Number]:
    carried_out = _figure(rng, density)
    carried_in = min(_figure(rng, density), concluded + carried_out)
    ends = (concluded + carried_out - carried_in, carried_in, concluded, carried_out)
    return {f"{row}/{applicant}": value for row, value in zip(_ENDS, ends, strict=True)}


def _disclosed(rng: Random, cell: str, density: float) -> Number:
    figure = _figure(rng, density)
    if cell.endswith("_amount"):
        return Decimal(figure).scaleb(-4) if rng.random() < 0.5 else figure
    return -figure if cell.endswith("/change") and rng.random() < 0.4 else figure


def _printed(rng: Random, form: Form, figures: Mapping[str, Number]) -> dict[str, Cell]:
    style = rng.choice(("plain", "plain", "plain", "commas", "full width", "unit"))
    # No amount of money is counted in 件.
    styles = {True: "plain" if style == "unit" else style, False: style}
    return {cell: Cell(write(figures[cell], styles[cell.endswith("_amount")]), figures[cell]) for cell in form.cells}


def write(value: Number, style: str = "plain") -> str:
    """A number as a publisher may print it."""
    if isinstance(value, Decimal):
        return f"{value:.4f}"
    if style == "commas":
        return f"{value:,}"
    if style == "full width" and value >= 0:
        return str(value).translate(_FULL_WIDTH)
    return f"{value}件" if style == "unit" and value > 9 else str(value)


def _emptied(rng: Random, cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """Some of the zeros, and perhaps all inner totals, left empty or dashed."""
    empty = BLANK if rng.random() < 0.5 else Cell(rng.choice(DASHES), None, State.DASH)
    share = rng.choice((0.1, 0.5, 1.0))
    chosen = {key: empty for key, cell in cells.items() if cell.value == 0 and rng.random() < share}
    if rng.random() < 0.2:
        chosen |= {f"{row}/total": BLANK for row in _rows_of(cells) if f"{row}/total" in cells}
    # A table without anything in it is no filled-in form.
    for table in ("disclosure", "applications", "disputes"):
        keys = [key for key in cells if key.startswith(table)]
        if all(chosen.get(key) == BLANK for key in keys):
            del chosen[keys[0]]
    return chosen


def _rows_of(cells: Mapping[str, Cell]) -> list[str]:
    return list(dict.fromkeys(key.rpartition("/")[0] for key in cells if key.startswith("applications/")))


def _names(rng: Random, year: int) -> tuple[str, str]:
    place = rng.choice(("示例市", "示例市新区", "示例县", "示例市东山区清水镇"))
    office = "人民政府" if place.endswith("镇") else rng.choice(("信访局", "人民政府办公室", "财政局", "教育体育局"))
    agency = place + office
    report = "政府信息公开工作年度报告"
    forms = (f"{agency}{year}年{report}", f"{year}年{agency}{report}", f"{agency}关于{year}年{report}")
    return agency, rng.choice((forms[0], *forms))


def _prose(rng: Random, agency: str, year: int) -> dict[int, list[str]]:
    count = rng.randint(0, 400)
    first = [
        f"{year}年，{agency}认真贯彻执行政府信息公开条例，按照上级部署，稳步推进各项公开工作。",
        f"（一）主动公开情况。全年通过网站发布各类信息{count}条，其中工作动态{count // 2}条，办理留言{count // 3}条。",
        f"（二）依申请公开情况。全年共收到申请{count}件，予以公开{count // 2}件，其他{count // 9}件，均已按时答复。",
        "（三）平台建设情况。对26个试点领域的目录作了核对，网页24小时可以访问。",
    ]
    fifth = ["公开的内容还不够丰富，解读的形式比较单一。", "下一步，将加强培训，完善制度，做好公开前的审查。"]
    sixth = rng.choice((f"{year}年未收取信息处理费。", "无其他需要报告的事项。", f"{agency}没有需要报告的其他事项。"))
    return {1: [first[0], *rng.sample(first[1:], rng.randint(0, 3))], 5: fifth[: rng.randint(1, 2)], 6: [sixth]}
