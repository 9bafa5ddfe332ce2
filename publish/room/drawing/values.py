"""How a value of a table or an answer is shown: names as links, codes as words, shares in per cent."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from datasette.app import Datasette
from datasette.utils import tilde_encode
from markupsafe import Markup

from publish.room.drawing.formatting import number_text, share_text
from publish.room.heads import column_of, head, value_name
from publish.room.queries import DATABASE

# Columns that name a thing, the column that has its key, and the folder of its page.
_NAMED = {
    "agency": ("agency_id", "agencies"),
    "region": ("region_code", "regions"),
    "county": ("county_code", "regions"),
    "city": ("city_code", "regions"),
    "province": ("province_code", "regions"),
}
# Keys that lead to a page: those of reports always, since no other column of a row names one.
_KEYS = {
    **dict.fromkeys(("report", "previous", "chosen", "neighbour"), ("", "reports")),
    **{key: (name, folder) for name, (key, folder) in _NAMED.items()},
}
# Columns whose values are names of columns.
_OF_COLUMNS = ("quantity", "figure", "scope")
# Shares that no quotient of two columns declares.
_SHARES = re.compile(r"(^|_)(share|rate|reuse)$")
_LINK_TEXT = re.compile(r">[^<]*</a>")


def shown_value(datasette: Datasette, row: Any, column: str, value: Any, table: str | None) -> str | Markup | None:
    """A value as a reader sees it; None to show it as Datasette does."""
    label, key = (value["label"], value["value"]) if isinstance(value, dict) else (None, value)
    if key is None or key == "":
        return None
    if column in _KEYS or column in _NAMED:
        return _linked(datasette, _names(row), column, key, label)
    if isinstance(key, (int, float)):
        return _number(column, key, table)
    if column in _OF_COLUMNS:
        return head(str(key))
    return value_name(column, key, table)


def word(column: str, value: Any) -> Any:
    """A value of a query's answer in the reader's language, where it is a code; else itself."""
    if not isinstance(value, str):
        return value
    return head(value) if column in _OF_COLUMNS else value_name(column, value) or value


def cell_text(value: Any, column: str) -> str:
    """A value of a query's answer as text: numbers as they are printed, shares in per cent, codes in words."""
    if isinstance(value, (int, float)):
        return _number(column, value, None)
    return "" if value is None else str(word(column, value))


def _names(row: Any) -> dict[str, Any]:
    return {name: row[name] for name in row.keys()}  # noqa: SIM118 - a row of sqlite3 has no other way


def _linked(datasette: Datasette, row: Mapping[str, Any], column: str, key: Any, label: Any) -> str | Markup | None:
    """A name as a link to its page, or a key where the row has no name to link."""
    if column in _NAMED:
        of, folder = _NAMED[column]
        target = row.get(of)
        target = target["value"] if isinstance(target, dict) else target
        return _link(datasette, folder, target, key) if target else None
    name, folder = _KEYS[column]
    return str(key) if row.get(name) else _link(datasette, folder, key, label or key)


def _link(datasette: Datasette, folder: str, key: Any, text: Any) -> Markup:
    href = datasette.urls.path(f"{DATABASE}/{folder}/{tilde_encode(str(key))}")
    return Markup('<a href="{}">{}</a>').format(href, text)


def _number(column: str, value: float, table: str | None) -> str:
    declared = column_of(column, table)
    if (declared and declared.share) or _SHARES.search(column):
        return share_text(value)
    return value_name(column, value, table) or number_text(value)


def link_text(link: str, text: str) -> Markup:
    """A link with another text."""
    return Markup(_LINK_TEXT.sub(Markup(">{}</a>").format(text), link, count=1))  # noqa: S704 - Datasette's own link


def cells_by_column(cells: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The cells of a row of Datasette by their columns."""
    return {cell["column"]: cell for cell in cells if cell["column"] != "Link"}
