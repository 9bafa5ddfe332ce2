"""XLSX to a document: what a spreadsheet program shows of its sheets (SpreadsheetML, ECMA-376 part 1)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from posixpath import dirname, join, normpath, split
from typing import TypeVar

from lxml.etree import _Element as Element

from parsers.document.model import Document, Unreadable
from parsers.document.reasons import Why
from parsers.formats.office.flow import without_signs
from parsers.formats.office.look import (
    NO_COLOUR,
    PLAIN,
    UNKNOWN_COLOUR,
    WHITE,
    Marks,
    Piece,
    as_seen,
    is_pale,
    is_symbol_font,
    mixed,
)
from parsers.formats.office.package import Package
from parsers.formats.sheets.number_formats import BUILT_IN, DAY, GENERAL, shown_text
from parsers.formats.sheets.sheet import MOST_AREAS, Area, Sheet, SheetCell, document_of, number_cell, refuse_more

_Of = TypeVar("_Of")

_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d{1,2})?")
_OFF = frozenset({"0", "false", "none"})
# The colours of the usual theme, and of the oldest palette, that are paper and ink.
_THEME = {"0": WHITE, "1": 0}
_INDEXED = {"1": WHITE, "9": WHITE, "65": WHITE, "0": 0, "8": 0, "64": 0}
_ANCHORS = frozenset({"twoCellAnchor", "oneCellAnchor"})


def read_xlsx(data: bytes) -> Document:
    """Read a workbook; raises :class:`Unreadable` with one line for what is none."""
    package = Package(data)
    main = next(iter(package.related("", "officeDocument")), "xl/workbook.xml")
    if main.lower().endswith(".bin"):
        raise Unreadable("an Excel workbook in binary form (XLSB): this kind of document cannot be read")
    root = package.xml(main)
    if root is None or _name(root) != "workbook":
        raise Unreadable("an Office file of unknown kind")
    parts = _targets(package, main)
    shared = _first(package, main, "sharedStrings")
    texts = [] if shared is None else list(shared)
    styles = _Styles(_first(package, main, "styles"))
    sheets = []
    for element in root.iter("{*}sheet"):
        part = parts.get(
            next((str(value) for key, value in element.attrib.items() if str(key).endswith("}id")), ""), ""
        )
        content = package.xml(part) if element.get("state", "visible") == "visible" else None
        if content is not None and _name(content) == "worksheet":
            sheets.append(_Reader(texts, styles).sheet(content, list(_objects(package, part))))
    return document_of(sheets)


def _first(package: Package, source: str, kind: str) -> Element | None:
    name = next(iter(package.related(source, kind)), None)
    return None if name is None else package.xml(name)


def _targets(package: Package, source: str) -> dict[str, str]:
    """The parts to which a part refers, by the names that it gives them."""
    folder, name = split(source)
    root = package.xml(join(folder, "_rels", f"{name}.rels"))
    found = {}
    for relation in root if root is not None else ():
        target = relation.get("Target", "").replace("\\", "/")
        found[relation.get("Id", "")] = target if target.startswith("/") else normpath(join(dirname(source), target))
    return found


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _child(element: Element | None, name: str) -> Element | None:
    return None if element is None else element.find(f"{{*}}{name}")


def _is_on(element: Element | None) -> bool:
    return element is not None and element.get("val", "1") not in _OFF


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def _font(element: Element | None) -> Marks:
    """How a text is written."""
    if element is None:
        return PLAIN
    raised, size, name = _child(element, "vertAlign"), _child(element, "sz"), _child(element, "name")
    if name is None:
        name = _child(element, "rFont")
    return Marks(
        struck=_is_on(_child(element, "strike")),
        raised=raised is not None and raised.get("val") != "baseline",
        effect=_is_on(_child(element, "outline")) or _is_on(_child(element, "shadow")),
        symbols=name is not None and is_symbol_font(name.get("val") or ""),
        size=None if size is None else round(2 * float(size.get("val") or 11)),
        colour=_colour(_child(element, "color"), 0),
    )


def _colour(element: Element | None, usual: int = NO_COLOUR) -> int:
    if element is None or element.get("auto"):
        return usual
    rgb = element.get("rgb", "")[-6:]
    if re.fullmatch("[0-9A-Fa-f]{6}", rgb):
        return int(rgb, 16)
    base = _THEME.get(element.get("theme", ""), _INDEXED.get(element.get("indexed", ""), UNKNOWN_COLOUR))
    tint = float(element.get("tint") or 0)
    # Of the other colours of a theme or palette, none is paper; what text is set in can be read.
    return NO_COLOUR if base == UNKNOWN_COLOUR else mixed(0 if tint < 0 else WHITE, base, min(abs(tint), 1.0))


@dataclass(frozen=True, slots=True)
class _Look:
    """How a cell is shown."""

    code: str = GENERAL
    font: Marks = PLAIN
    ruled: bool = False


class _Styles:
    """The looks of a workbook's cells by their numbers."""

    def __init__(self, root: Element | None) -> None:
        codes = {_number(one.get("numFmtId")): one.get("formatCode", "") for one in _all(root, "numFmts")}
        fonts = [_font(one) for one in _all(root, "fonts")]
        papers = [_paper(one) for one in _all(root, "fills")]
        rules = [_is_ruled(one) for one in _all(root, "borders")]
        self._looks = [
            _Look(
                _code(_number(one.get("numFmtId")), codes),
                Marks(paper=_at(papers, one.get("fillId"), NO_COLOUR)).over(_at(fonts, one.get("fontId"), PLAIN)),
                _at(rules, one.get("borderId"), False),
            )
            for one in _all(root, "cellXfs")
        ]
        self._changes = [_changes_figures(one) for one in _all(root, "dxfs")]

    def look(self, number: str | None) -> _Look:
        """The look of a number; the plain one where the file does not have it."""
        return _at(self._looks, number or "0", _Look())

    def changes(self, number: str | None) -> bool:
        """Whether a conditional look shows another figure, or none."""
        return number is not None and _at(self._changes, number, True)


def _all(root: Element | None, name: str) -> list[Element]:
    held = _child(root, name)
    return [] if held is None else list(held)


def _at(found: Sequence[_Of], number: str | None, other: _Of) -> _Of:
    at = _number(number)
    return found[at] if at < len(found) else other


def _code(number: int, codes: dict[int, str]) -> str:
    return codes.get(number) or BUILT_IN.get(number, GENERAL if number >= 164 else DAY)


def _paper(fill: Element) -> int:
    pattern = _child(fill, "patternFill")
    if pattern is None:
        return UNKNOWN_COLOUR if len(fill) else NO_COLOUR
    kind = pattern.get("patternType", "none")
    return NO_COLOUR if kind == "none" else _colour(_child(pattern, "fgColor")) if kind == "solid" else UNKNOWN_COLOUR


def _is_ruled(border: Element) -> bool:
    """Whether a cell is ruled off at its side, or above and below."""
    drawn = {_name(side) for side in border if side.get("style", "none") != "none"}
    return bool(drawn & {"left", "right", "start", "end"}) or {"top", "bottom"} <= drawn


def _changes_figures(look: Element) -> bool:
    if _child(look, "numFmt") is not None:
        return True
    marks = _font(_child(look, "font"))
    return bool(marks.struck) or (marks.colour is not None and is_pale(marks.colour))


class _Reader:
    """Reads one sheet."""

    def __init__(self, texts: list[Element], styles: _Styles) -> None:
        self._texts = texts
        self._styles = styles
        self._zeros = True

    def sheet(self, root: Element, objects: list[Area]) -> Sheet:
        """The cells of a worksheet."""
        view = root.find("{*}sheetViews/{*}sheetView")
        self._zeros = view is None or view.get("showZeros", "1") not in _OFF
        hidden_rows: set[int] = set()
        columns = [
            range(_number(one.get("min")) - 1, _number(one.get("max")))
            for one in _all(root, "cols")
            if one.get("hidden", "0") not in _OFF
        ]
        merged = [area for one in _all(root, "mergeCells") if (area := _area(one.get("ref", "")))]
        sheet = Sheet({}, merged, hidden_rows, frozenset(at for one in columns for at in one[:20_000]), objects)
        changed = list(self._changed(root))
        refuse_more(len(changed), MOST_AREAS, "conditional formats")
        row = -1
        for element in _all(root, "sheetData"):
            row = _number(element.get("r")) - 1 if element.get("r") else row + 1
            if element.get("hidden", "0") not in _OFF:
                hidden_rows.add(row)
            column = -1
            for one in element:
                place = _PLACE.fullmatch(one.get("r", ""))
                column = _column(place[1]) if place else column + 1
                cell = self._cell(one)
                if cell.text and any(
                    area.top <= row <= area.bottom and area.left <= column <= area.right for area in changed
                ):
                    cell = cell._replace(shows=Why.SHOWS_FORMAT)
                sheet.add(row, column, cell)
        return sheet

    def _changed(self, root: Element) -> Iterator[Area]:
        """Where a condition decides which figure is seen, or whether one is."""
        for element in root.iter("{*}conditionalFormatting"):
            if any(self._styles.changes(rule.get("dxfId")) for rule in element):
                yield from (area for one in element.get("sqref", "").split() if (area := _area(one)))

    def _cell(self, element: Element) -> SheetCell:
        look = self._styles.look(element.get("s"))
        pieces, doubt = self._shown(element, look)
        text, shows = without_signs(as_seen(pieces))
        return SheetCell(text, shows or doubt, look.ruled)

    def _shown(self, element: Element, look: _Look) -> tuple[list[Piece], Why | None]:
        """The text of a cell in pieces, and why it may be another."""
        value = _child(element, "v")
        raw = value.text or "" if value is not None else ""
        kind, shows = element.get("t", "n"), None
        if kind in ("inlineStr", "s"):
            at = _number(raw)
            shared = self._texts[at] if raw and at < len(self._texts) else None
            return self._pieces(_child(element, "is") if kind == "inlineStr" else shared, look), None
        if not raw:
            return [], Why.SHOWS_FORMULA if _child(element, "f") is not None and kind != "str" else None
        if kind == "b":
            raw = "TRUE" if raw == "1" else "FALSE"
        elif kind == "n" and _NUMBER.fullmatch(raw):
            raw, shows = number_cell(float(raw), look.code) if float(raw) or self._zeros else ("", None)
        else:
            raw = shown_text(raw, look.code)
        return [(raw, look.font)], shows

    def _pieces(self, element: Element | None, look: _Look) -> list[Piece]:
        """A text and its runs, without how it is pronounced."""
        pieces = []
        for part in element if element is not None else ():
            if _name(part) == "t":
                pieces.append((part.text or "", look.font))
            elif _name(part) == "r":
                properties = _child(part, "rPr")
                font = look.font if properties is None else _font(properties)._replace(paper=look.font.paper)
                pieces += [(one.text or "", font) for one in part if _name(one) == "t"]
        return pieces if shown_text("1", look.code) else []


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _area(reference: str) -> Area | None:
    first, _, last = reference.partition(":")
    start, end = _PLACE.fullmatch(first), _PLACE.fullmatch(last or first)
    if not start or not end:
        return None
    return Area(int(start[2]) - 1, _column(start[1]), int(end[2]) - 1, _column(end[1]))


def _objects(package: Package, part: str) -> Iterator[Area]:
    """The places of the pictures and boxes of a sheet."""
    for drawing in package.related(part, "drawing"):
        root = package.xml(drawing)
        for anchor in root if root is not None else ():
            if _name(anchor) in _ANCHORS and (first := _corner(_child(anchor, "from"))):
                last = _corner(_child(anchor, "to")) or first
                yield Area(*first, *last)


def _corner(element: Element | None) -> tuple[int, int] | None:
    row, column = _child(element, "row"), _child(element, "col")
    return (_number(row.text), _number(column.text)) if row is not None and column is not None else None
