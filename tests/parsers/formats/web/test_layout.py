"""Rows and columns of elements that are no tables; only what has values in rows is one."""

import pytest

from parsers.document.model import Grid
from parsers.formats.web.html import read_html
from parsers.formats.web.layout import Layout, SetLine
from parsers.formats.web.page import Page
from parsers.formats.web.shown import Shown
from parsers.formats.web.tables import DataRows


def parts(markup: str) -> list[list[list[str | None]] | str]:
    """What the first element of a body holds: rows of cells' texts, and lines as they are set."""
    page = Page.of_text(markup)
    assert page.selector is not None
    element = page.selector.css("body > *")[0].root
    found = Layout(Shown(page.selector)).parts(element)
    shown: list[list[list[str | None]] | str] = []
    for part in found or ():
        if isinstance(part, DataRows):
            shown.append([[cell[0] if cell else None for cell in row] for row in part.cells])
        elif isinstance(part, SetLine):
            shown.append(part.text)
    return shown


ROWS = [["甲", "1", "2"], ["乙", "3", "4"], ["丙", "5", "6"]]


def rows_of(row: str, cell: str) -> str:
    """The rows as elements, the start tags of which are given without their brackets."""
    row_end, cell_end = (tag.partition(" ")[0] for tag in (row, cell))
    return "".join(
        f"<{row}>" + "".join(f"<{cell}>{text}</{cell_end}>" for text in texts) + f"</{row_end}>" for texts in ROWS
    )


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        ("div", "div"),
        ("ul", "li"),
        ("div style='display:flex'", "span"),
        ("p", "span style='display:inline-block'"),
        ("div", "span class=td"),
        ("div", "span role=cell"),
        ("div class=hang", "span class=ge"),  # names for a style that is not at hand
    ],
)
def test_rows_of_elements(row: str, cell: str) -> None:
    assert parts(f"<div>{rows_of(row, cell)}</div>") == [ROWS]


def test_words_of_a_sentence_are_no_cells() -> None:
    assert parts(f"<div>{rows_of('p', 'span')}</div>") == []
    assert parts(f"<div>{rows_of('p', 'span class=s1')}</div>") == []
    assert parts(f"<div>{rows_of('div', 'span class=s1 style=position:static')}</div>") == []


def test_rows_without_values_are_no_table() -> None:
    assert (
        parts("<div><div><p>一</p><p>无</p></div><div><p>二</p><p>无</p></div><div><p>三</p><p></p></div></div>") == []
    )


def test_a_row_of_nothing_but_none_is_a_table() -> None:
    rows = [["甲", "乙", "丙"], ["无", "无", "无"]]
    cells = ("".join(f"<span>{text}</span>" for text in row) for row in rows)
    shown = "".join(f"<div style='display:flex'>{row}</div>" for row in cells)
    assert parts(f"<div>{shown}</div>") == [rows]


def test_terms_and_their_descriptions() -> None:
    terms = "".join(f"<dt>{label}</dt><dd>{one}</dd><dd>{other}</dd>" for label, one, other in ROWS)
    assert parts(f"<dl>{terms}</dl>") == [ROWS]


def test_children_flow_into_the_columns_of_a_css_grid() -> None:
    cells = "".join(f"<i>{text}</i>" for row in ROWS for text in row)
    assert parts(f"<div style='display:grid;grid-template-columns:2fr repeat(2, 1fr)'>{cells}</div>") == [ROWS]
    assert parts(f"<div style='display:grid;grid-template-columns:repeat(auto-fill, 9px)'>{cells}</div>") == []


def test_a_cell_of_a_css_grid_may_span_columns() -> None:
    cells = "<i style='grid-column: span 2'>甲</i><i>1</i><i>乙</i><i>2</i><i>3</i><i>丙</i><i>4</i><i>5</i>"
    assert parts(f"<div style='display:grid;grid-template-columns:1fr 1fr 1fr'>{cells}</div>") == [
        [["甲", "1"], ["乙", "2", "3"], ["丙", "4", "5"]]
    ]


def test_pieces_that_are_put_in_their_places() -> None:
    placed = [(20, 10, "甲"), (120, 10, "1"), (220, 10, "2"), (20, 30, "乙"), (120, 30, "3"), (220, 30, "4")]
    placed += [(20, 50, "丙"), (120, 50, "5"), (220, 50, "6"), (20, 90, "说明文字")]
    pieces = "".join(f"<span style='position:absolute;left:{x}px;top:{y}px'>{text}</span>" for x, y, text in placed)
    assert parts(f"<div>{pieces}</div>") == [ROWS, "说明文字"]


def test_layout_is_looked_for_where_tables_lack_the_rows_of_the_form() -> None:
    """A page whose table has 35 rows is read by its tables alone; one with 34 is looked through."""
    elements = f"<div>{rows_of('div', 'div')}</div>"
    for rows, grids in ((35, 1), (34, 2)):
        table = "<table>" + "<tr><td>甲<td>1" * rows + "</table>"
        document = read_html(Page.of_text(table + elements))
        assert sum(isinstance(block, Grid) for block in document.blocks) == grids
