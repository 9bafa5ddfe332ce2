"""RTF (Rich Text Format 1.9), often in files named .doc, to a document.

Deleted and hidden text, heads, feet, notes and text boxes are left out; fields show their results.
Words that set a look hold until the group ends; styles are stated besides, and differ only by mistake.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from parsers.document.model import Document, TooLarge
from parsers.formats.office.flow import Builder, RowShape, document_of, field_sign, shows_figure
from parsers.formats.office.look import (
    COVERING,
    FIELD,
    FLOATING,
    NO_COLOUR,
    NUMBERED,
    OBJECT,
    PLAIN,
    SIGN,
    SIGNS,
    UNKNOWN_COLOUR,
    Marks,
    Piece,
    as_seen,
    is_pale,
    is_symbol_font,
    mixed,
)

_TOKEN = re.compile(
    rb"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,10})? ?"
    rb"|\\'(?P<byte>[0-9A-Fa-f]{2})|\\(?P<sign>[^A-Za-z'])|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)"
)
_TEXT, _SKIPPED, _FONTS, _INFO, _TITLE, _CODE, _COLOURS, _STYLES, _SHAPE, _BOX = range(10)
_DESTINATIONS = {
    **dict.fromkeys(
        (
            "annotation", "datafield", "footer", "footerf", "footerl", "footerr", "footnote",
            "header", "headerf", "headerl", "headerr", "nonshppict", "objdata", "pict", "shprslt",
        ),
        _SKIPPED,
    ),
    "colortbl": _COLOURS,
    "do": _SHAPE,
    "fldinst": _CODE,
    "fonttbl": _FONTS,
    "info": _INFO,
    "shp": _SHAPE,
    "stylesheet": _STYLES,
}  # fmt: skip
_DRAWN = {"pict": OBJECT, "object": OBJECT, "shp": FLOATING, "do": FLOATING}
_SIGNS = {
    "tab": "\t", "line": "\n", "lbr": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "~": "\u00a0", "_": "-", "cell": "", "nestcell": "", "par": "", "sect": "",
    **dict.fromkeys(("chpgn", "chdate", "chdpl", "chdpa", "chtime"), FIELD),
}  # fmt: skip
_ENDS = frozenset({"par", "sect", "cell", "nestcell", "row", "nestrow"})
_CODECS = {936: "gb18030", 950: "big5", 932: "cp932", 949: "cp949", 1252: "cp1252", 65001: "utf-8"}
_CHARSETS = {134: "gb18030", 136: "big5", 128: "cp932", 129: "cp949"}
_SYMBOL_CHARSET = 2
# What holds the text of a box, and what of a shape is looked into for it.
_BOX_TEXTS = frozenset({"shptxt", "dptxbxtext"})
_STYLE_KINDS = frozenset({"s", "cs", "ts", "ds"})
# A paragraph that stands by itself. Tables that text runs around have these words too.
_FRAMES = frozenset({"posx", "posnegx", "posxc", "posxr", "posy", "posnegy", "posyc", "posyb", "absw"})
_LABELS = frozenset({"listtext", "pntext"})
_TWIPS = 10  # of a half-point
_MERGES = {"clvmrg": "above", "clmrg": "beside"}
# Tables in tables, braces in braces, words and signs of a file. A million words and signs take some four seconds
# (tests/parsers/formats/test_limits.py).
_MAX_DEPTH, _MAX_GROUPS = 20, 1000
_MAX_TOKENS = 1_000_000


@dataclass(frozen=True, slots=True)
class _State:
    """What holds within a group of braces."""

    destination: int = _TEXT
    deleted: bool = False
    font: int = -1
    fallback: int = 1  # How many characters after \u stand for it in older readers
    inside: bool = False
    depth: int = 0
    framed: bool = False
    label: bool = False
    marks: Marks = PLAIN
    paragraph: Marks = PLAIN
    named: tuple[str, int] = ("s", 0)  # The style that a group defines
    styles: tuple[Marks, Marks] = (PLAIN, PLAIN)  # Of paragraph and characters


# What a control word and its number change; a switch without a number is on.
_PROPERTIES: dict[str, Callable[[int | None], dict[str, Any]]] = {
    "intbl": lambda _: {"inside": True},
    "itap": lambda number: {"depth": min(number or 0, _MAX_DEPTH)},
    "deleted": lambda number: {"deleted": number != 0},
    "uc": lambda number: {"fallback": number or 0},
    **dict.fromkeys(_FRAMES, lambda _: {"framed": True}),
    **dict.fromkeys(_LABELS, lambda _: {"label": True}),
}
_MARKS: dict[str, Callable[[int | None], dict[str, Any]]] = {
    "v": lambda number: {"hidden": number != 0},
    "super": lambda number: {"raised": number != 0},
    "sub": lambda number: {"raised": number != 0},
    "nosupersub": lambda _: {"raised": False},
    "strike": lambda number: {"struck": number != 0},
    "striked": lambda number: {"struck_twice": number != 0},
    "rtlch": lambda _: {"reversed": True},
    "ltrch": lambda _: {"reversed": False},
    "fs": lambda number: {"size": number},
    "up": lambda number: {"shift": 6 if number is None else number},
    "dn": lambda number: {"shift": -6 if number is None else -number},
    "charscalex": lambda number: {"scale": number},
    "expndtw": lambda number: {"spacing": (number or 0) // _TWIPS},
    "expnd": lambda number: {"spacing": (number or 0) // 2},
    "twoinone": lambda number: {"unclear": number is not None},
    **dict.fromkeys(("outl", "shad", "embo", "impr"), lambda number: {"effect": number != 0}),
}
_PARAGRAPH_MARKS: dict[str, Callable[[int | None], dict[str, Any]]] = {
    "rtlpar": lambda _: {"reversed": True},
    "ltrpar": lambda _: {"reversed": False},
    "li": lambda number: {"left": number},
    "ri": lambda number: {"right": number},
    "fi": lambda number: {"first": number},
    "sl": lambda number: {"room": -number // _TWIPS if number and number < 0 else None},
}


def read_rtf(data: bytes) -> Document:
    """Read an RTF file; ``titles`` is the title that its information group states, if any. Raises :class:`TooLarge`."""
    reader = _Reader()
    at = tokens = 0
    while match := _TOKEN.search(data, at):
        tokens += 1
        if tokens > _MAX_TOKENS:
            raise TooLarge(f"too long: more than {_MAX_TOKENS:,} words and signs, and no report has so many")
        # Binary data follow their own control word, whatever bytes they are.
        at = match.end() + (int(match["number"] or 0) if match["word"] == b"bin" else 0)
        at = max(at, match.end())
        reader.feed(match)
    return reader.finished()


@dataclass(slots=True)
class _Field:
    """An open field: how deep in groups it stands, its paragraph and where it begins there, its instruction."""

    depth: int
    paragraph: list[Piece]
    start: int
    code: str = ""


@dataclass(slots=True)
class _Shade:
    """A shade while its words come: the number of its colours, and how much the first covers of the second, 0 to 1."""

    above: int = 0
    back: int = 0
    part: float = 0.0


class _Reader:
    def __init__(self) -> None:
        self._builder = Builder()
        self._state = _State()
        self._stack: list[_State] = []
        self._codec = "gb18030"
        self._fonts: dict[int, str] = {}
        self._symbol_fonts: set[int] = set()
        self._font_name = ""
        self._colours: list[int] = []
        self._colour: dict[str, int] = {}
        self._styles: dict[tuple[str, int], Marks] = {}
        self._box: list[str] = []
        self._bytes = bytearray()
        self._paragraph: list[Piece] = []
        self._label = 0
        """Where the last label begins in the paragraph."""
        self._title: list[str] = []
        self._fields: list[_Field] = []
        self._ignored = 0
        self._is_optional = False
        self._edges: list[int] = [0]
        self._merges: dict[str, set[int]] = {"above": set(), "beside": set()}
        self._shade = _Shade()
        self._papers: list[int] = []
        self._is_crossed = False
        self._crossed: list[bool] = []
        self._room: int | None = None
        self._cell = 0

    def feed(self, match: re.Match[bytes]) -> None:
        """Read the next token."""
        if match["text"]:
            self._literal(match["text"])
        elif match["byte"]:
            self._literal(bytes.fromhex(match["byte"].decode()))
        elif match["brace"]:
            self._brace(opens=match["brace"] == b"{")
        else:
            self._flush()
            word = (match["word"] or match["sign"]).decode("latin-1")
            self._control(word, int(match["number"]) if match["number"] else None)

    def finished(self) -> Document:
        """The document, once all is read."""
        self._flush()
        if any(text for text, _ in self._paragraph):
            self._builder.add(_seen(self._paragraph), self._depth())
        return document_of(self._builder.finished(), [_text_of(self._title).strip()])

    def _literal(self, data: bytes) -> None:
        skipped = min(self._ignored, len(data))
        self._ignored -= skipped
        self._bytes += data[skipped:]
        self._is_optional = False

    def _brace(self, *, opens: bool) -> None:
        self._flush()
        self._ignored = 0
        if opens and len(self._stack) < _MAX_GROUPS:
            self._stack.append(self._state)
        elif not opens and self._stack:
            self._end_field()
            inner, self._state = self._state, self._stack.pop()
            self._end_group(inner)

    def _end_field(self) -> None:
        """End the field that the group which closes is, if it is one; a result of several paragraphs is a text."""
        if self._fields and self._fields[-1].depth == len(self._stack):
            field = self._fields.pop()
            if field.paragraph is self._paragraph:
                result = "".join(text for text, marks in self._paragraph[field.start :] if not marks.hidden)
                self._say(field_sign(field.code, result))

    def _end_group(self, inner: _State) -> None:
        """Keep what a group said that ended: a style, a text box, a label."""
        if inner.destination == _STYLES:
            self._styles[inner.named] = inner.marks.over(inner.paragraph)
        if inner.destination == _SHAPE and self._state.destination == _TEXT:
            if shows_figure("".join(self._box)):
                self._say(COVERING)
            self._box = []
        if inner.label and not self._state.label and SIGN.sub("", _seen(self._paragraph[self._label :])).strip():
            self._say(NUMBERED)

    def _flush(self) -> None:
        if self._bytes:
            codec = self._fonts.get(self._state.font, self._codec)
            data, self._bytes = self._bytes, bytearray()
            self._say(data.decode(codec, errors="replace"))

    def _say(self, text: str) -> None:
        if self._state.destination == _TITLE:
            self._title.append(text)
        elif self._state.destination == _CODE and self._fields:
            self._fields[-1].code += text
        elif self._state.destination == _BOX:
            self._box.append(text)
        elif self._state.destination == _FONTS:
            self._font_name += text
            if is_symbol_font(self._font_name):
                self._symbol_fonts.add(self._state.font)
            elif self._font_name.strip().startswith("Symbol"):
                self._symbol_fonts.discard(self._state.font)
        elif self._state.destination == _COLOURS:
            for _ in range(text.count(";")):
                self._colours.append(_rgb(self._colour))
                self._colour = {}
        elif self._state.destination == _TEXT and text and not self._state.deleted:
            self._paragraph.append((text, self._look()))

    def _look(self) -> Marks:
        """How text looks here."""
        of_paragraph, of_characters = self._state.styles
        own, named = self._state.marks, of_characters.over(of_paragraph)
        # Programs differ in whether a style counts where the text does not state its look as well.
        vanishes = own.hidden is None and named.hidden
        pales = own.colour is None and named.colour is not None and is_pale(named.colour)
        if vanishes or pales:
            named = named._replace(hidden=None, colour=None, unclear=True)
        own = own.over(self._state.paragraph).over(named)
        return own if own.paper not in (None, NO_COLOUR) else own._replace(paper=None).over(self._place())

    def _place(self) -> Marks:
        """What a cell says of its text; those of tables in cells are known only after it."""
        if self._depth() > 1:
            return Marks(paper=UNKNOWN_COLOUR)
        if not self._depth() or self._cell >= len(self._papers):
            return PLAIN
        crossed = self._crossed[self._cell] or None
        return Marks(paper=self._papers[self._cell], room=self._room, unclear=crossed)

    def _control(self, word: str, number: int | None) -> None:
        optional, self._is_optional = self._is_optional, word == "*"
        if word == "u" and number is not None:
            self._say(chr(number % 65536))
            self._ignored = self._state.fallback
            return
        if self._state.destination == _TEXT:
            if word in _DRAWN:
                self._say(_DRAWN[word])
            if word == "field":
                self._fields.append(_Field(len(self._stack), self._paragraph, len(self._paragraph)))
        if self._state.destination != _SKIPPED and self._is_destination(word, optional=optional):
            return
        self._in_place(word, number)
        if word == "ansicpg":
            self._codec = _CODECS.get(number or 0, self._codec)

    def _in_place(self, word: str, number: int | None) -> None:
        """Take a word for what it says where it stands: in a table of the head, or in the text."""
        if self._state.destination == _FONTS:
            self._font(word, number or 0)
        elif self._state.destination == _COLOURS:
            self._colour[word] = number or 0
        elif self._state.destination == _STYLES:
            self._format(word, number)
            if word in _STYLE_KINDS:
                self._state = replace(self._state, named=(word, number or 0))
        elif self._state.destination == _TEXT:
            if sign := _SIGNS.get(word):
                self._say(sign)
            self._format(word, number)
            self._row(word, number or 0)
            if word in _ENDS:
                self._end(word)

    def _is_destination(self, word: str, *, optional: bool) -> bool:
        """Whether a word says where its group belongs; what is marked as optional and not known is skipped."""
        if self._state.destination == _STYLES and word in _STYLE_KINDS:
            return False
        known = _DESTINATIONS.get(word)
        if self._state.destination == _SHAPE:
            known = _BOX if word in _BOX_TEXTS else None
            optional = optional and word != "shpinst"
        if self._state.destination == _INFO and word == "title":
            known = _TITLE
        if known is None and optional and word not in ("nesttableprops", "shppict"):
            known = _SKIPPED
        if known is not None:
            self._state = replace(self._state, destination=known)
        return known is not None

    def _font(self, word: str, number: int) -> None:
        if word == "f":
            self._state = replace(self._state, font=number)
            self._font_name = ""
        elif word == "fcharset" and number in _CHARSETS:
            self._fonts[self._state.font] = _CHARSETS[number]
        elif word == "fcharset" and number == _SYMBOL_CHARSET:
            self._symbol_fonts.add(self._state.font)

    def _format(self, word: str, number: int | None) -> None:
        """Take what a word says of the look of text, or of its place."""
        state = self._state
        if word == "pard":
            styles = (self._styles.get(("s", 0), PLAIN), state.styles[1])
            self._state = replace(state, inside=False, depth=0, framed=False, paragraph=PLAIN, styles=styles)
        elif word == "plain":
            self._state = replace(state, deleted=False, font=-1, marks=PLAIN, styles=(state.styles[0], PLAIN))
        elif change := _PROPERTIES.get(word):
            self._label = len(self._paragraph) if word in _LABELS else self._label
            self._state = replace(state, **change(number))
        elif change := _MARKS.get(word):
            self._state = replace(state, marks=state.marks._replace(**change(number)))
        elif change := _PARAGRAPH_MARKS.get(word):
            self._state = replace(state, paragraph=state.paragraph._replace(**change(number)))
        elif word == "slmult" and number:
            self._state = replace(state, paragraph=state.paragraph._replace(room=None))
        elif word in ("s", "cs") and state.destination == _TEXT:
            look = self._styles.get((word, number or 0), PLAIN)
            styles = (look, state.styles[1]) if word == "s" else (state.styles[0], look)
            self._state = replace(state, styles=styles)
        elif word == "f":
            marks = state.marks._replace(symbols=(number or 0) in self._symbol_fonts)
            self._state = replace(state, font=number or 0, marks=marks)
        else:
            self._coloured(word, number or 0)

    def _coloured(self, word: str, number: int) -> None:
        """Take a word that names a colour of text, or of what lies behind it."""
        name = {"cf": "colour", "cb": "shade", "chcbpat": "shade", "highlight": "highlight"}.get(word)
        if name:
            colour: dict[str, Any] = {name: self._colour_of(number)}
            self._state = replace(self._state, marks=self._state.marks._replace(**colour))
        elif word == "cbpat":
            paper = self._colour_of(number)
            self._state = replace(self._state, paragraph=self._state.paragraph._replace(paper=paper))

    def _colour_of(self, number: int) -> int:
        return self._colours[number] if 0 <= number < len(self._colours) else NO_COLOUR

    def _row(self, word: str, number: int) -> None:
        """Take what defines a row's cells."""
        if word == "trowd":
            self._edges = [0]
            self._merges = {"above": set(), "beside": set()}
            self._shade, self._papers, self._room = _Shade(), [], None
            self._is_crossed, self._crossed = False, []
        elif word == "trrh":
            self._room = -number // _TWIPS if number < 0 else None
        elif word == "trleft":
            self._edges[0] = number
        elif word == "cellx":
            self._edges.append(number)
            above, back = self._colour_of(self._shade.above), self._colour_of(self._shade.back)
            self._papers.append(mixed(above, back, self._shade.part) if self._shade.part else back)
            self._shade = _Shade()
            self._crossed.append(self._is_crossed)
            self._is_crossed = False
        elif word in ("cldglu", "cldgll"):
            # A line across a cell may strike what stands in it.
            self._is_crossed = True
        elif word == "clcbpat":
            self._shade.back = number
        elif word == "clcfpat":
            self._shade.above = number
        elif word == "clshdng":
            self._shade.part = number / 10_000
        elif word in _MERGES:
            self._merges[_MERGES[word]].add(len(self._edges) - 1)

    def _end(self, word: str) -> None:
        """End a paragraph, a cell or a row."""
        depth = self._depth()
        if word not in ("row", "nestrow"):
            text, self._paragraph = _seen(self._paragraph), []
            # The cells of a row are told before it.
            self._cell += word == "cell"
            text += FLOATING if self._state.framed and not depth else ""
            least = {"cell": 1, "nestcell": 2}.get(word, 0)
            # The end of an outer cell is the end of whatever stands in it.
            self._builder.add(text, 1 if word == "cell" else max(depth, least), ends_cell=least > 0)
        else:
            shape = RowShape(tuple(self._edges), frozenset(self._merges["above"]), frozenset(self._merges["beside"]))
            self._builder.end_row(shape, 1 if word == "row" else max(depth, 2))
            self._cell = 0 if word == "row" else self._cell

    def _depth(self) -> int:
        return max(self._state.depth, int(self._state.inside))


def _seen(pieces: list[Piece]) -> str:
    """What is seen of a paragraph, pieces of one look joined, since characters beyond 16 bits come as two halves."""
    joined = groupby(pieces, key=lambda piece: (piece[1], piece[0] in SIGNS))
    return as_seen((_text_of([text for text, _ in held]), marks) for (marks, _), held in joined)


def _text_of(parts: list[str]) -> str:
    """Texts joined; characters beyond 16 bits come as two halves."""
    return "".join(parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le", errors="replace")


def _rgb(colour: dict[str, int]) -> int:
    """An entry of the table of colours; one that says nothing is the program's choice."""
    channels = [colour.get(name) for name in ("red", "green", "blue")]
    if None in channels:
        return NO_COLOUR
    return sum((channel or 0) % 256 << at for channel, at in zip(channels, (16, 8, 0), strict=True))
