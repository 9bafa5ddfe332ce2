"""RTF (Rich Text Format 1.9), often in files named .doc, to a document.

Deleted and hidden text, heads, feet, notes and text boxes are left out; fields show their results.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from parsers.document.model import Document, TooLarge
from parsers.formats.office.flow import FLOATING, OBJECT, Builder, RowShape, document_of, field_sign, set_apart

_TOKEN = re.compile(
    rb"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,10})? ?"
    rb"|\\'(?P<byte>[0-9A-Fa-f]{2})|\\(?P<sign>[^A-Za-z'])|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)"
)
_TEXT, _SKIPPED, _FONTS, _INFO, _TITLE, _CODE = range(6)
_DESTINATIONS = {
    **dict.fromkeys(
        (
            "annotation", "colortbl", "datafield", "footer", "footerf", "footerl", "footerr", "footnote",
            "header", "headerf", "headerl", "headerr", "nonshppict", "objdata", "pict", "shp", "shprslt", "stylesheet",
        ),
        _SKIPPED,
    ),
    "fldinst": _CODE,
    "fonttbl": _FONTS,
    "info": _INFO,
}  # fmt: skip
_DRAWN = {"pict": OBJECT, "object": OBJECT, "shp": FLOATING, "do": FLOATING}
_SIGNS = {
    "tab": "\t", "line": "\n", "lbr": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "~": "\u00a0", "_": "-", "cell": "", "nestcell": "", "par": "", "sect": "",
}  # fmt: skip
_CODECS = {936: "gb18030", 950: "big5", 932: "cp932", 949: "cp949", 1252: "cp1252", 65001: "utf-8"}
_CHARSETS = {134: "gb18030", 136: "big5", 128: "cp932", 129: "cp949"}
_MERGES = {"clvmrg": "above", "clmrg": "beside"}
# Tables in tables, braces in braces, words and signs of a file. A million words and signs take some four seconds
# (tests/parsers/formats/test_limits.py).
_MAX_DEPTH, _MAX_GROUPS = 20, 1000
_MAX_TOKENS = 1_000_000


@dataclass(frozen=True, slots=True)
class _State:
    """What holds within a group of braces."""

    destination: int = _TEXT
    hidden: bool = False
    deleted: bool = False
    raised: bool = False
    struck: bool = False
    font: int = -1
    fallback: int = 1  # How many characters after \u stand for it in older readers
    inside: bool = False
    depth: int = 0


# What a control word and its number change; a switch without a number is on.
_PROPERTIES: dict[str, Callable[[int | None], dict[str, Any]]] = {
    "pard": lambda _: {"inside": False, "depth": 0},
    "plain": lambda _: {"hidden": False, "deleted": False, "raised": False, "struck": False, "font": -1},
    "intbl": lambda _: {"inside": True},
    "itap": lambda number: {"depth": min(number or 0, _MAX_DEPTH)},
    "v": lambda number: {"hidden": number != 0},
    "deleted": lambda number: {"deleted": number != 0},
    "super": lambda number: {"raised": number != 0},
    "sub": lambda number: {"raised": number != 0},
    "nosupersub": lambda _: {"raised": False},
    "strike": lambda number: {"struck": number != 0},
    "striked": lambda number: {"struck": number != 0},
    "f": lambda number: {"font": number or 0},
    "uc": lambda number: {"fallback": number or 0},
}


def _with_property(state: _State, word: str, number: int | None) -> _State:
    change = _PROPERTIES.get(word)
    return replace(state, **change(number)) if change else state


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
    paragraph: list[str]
    start: int
    code: str = ""


class _Reader:
    def __init__(self) -> None:
        self._builder = Builder()
        self._state = _State()
        self._stack: list[_State] = []
        self._codec = "gb18030"
        self._fonts: dict[int, str] = {}
        self._bytes = bytearray()
        self._paragraph: list[str] = []
        self._title: list[str] = []
        self._fields: list[_Field] = []
        self._ignored = 0
        self._is_optional = False
        self._edges: list[int] = [0]
        self._merges: dict[str, set[int]] = {"above": set(), "beside": set()}

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
        if any(self._paragraph):
            self._builder.add(_text_of(self._paragraph), self._depth())
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
            self._state = self._stack.pop()

    def _end_field(self) -> None:
        """End the field that the group which closes is, if it is one; a result of several paragraphs is a text."""
        if self._fields and self._fields[-1].depth == len(self._stack):
            field = self._fields.pop()
            if field.paragraph is self._paragraph:
                self._say(field_sign(field.code, "".join(self._paragraph[field.start :])))

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
        elif self._state.destination == _TEXT and not (self._state.hidden or self._state.deleted):
            self._paragraph.append(set_apart(text, raised=self._state.raised, struck=self._state.struck))

    def _control(self, word: str, number: int | None) -> None:
        optional, self._is_optional = self._is_optional, word == "*"
        if word == "u" and number is not None:
            self._say(chr(number % 65536))
            self._ignored = self._state.fallback
            return
        if self._state.destination == _TEXT:
            self._say(_DRAWN.get(word, ""))
            if word == "field":
                self._fields.append(_Field(len(self._stack), self._paragraph, len(self._paragraph)))
        if self._state.destination != _SKIPPED and self._is_destination(word, optional=optional):
            return
        if self._state.destination == _FONTS:
            self._font(word, number or 0)
        elif self._state.destination == _TEXT:
            self._say(_SIGNS.get(word, ""))
            self._state = _with_property(self._state, word, number)
            self._row(word, number or 0)
            self._end(word)
        if word == "ansicpg":
            self._codec = _CODECS.get(number or 0, self._codec)

    def _is_destination(self, word: str, *, optional: bool) -> bool:
        """Whether a word says where its group belongs; what is marked as optional and not known is skipped."""
        known = _DESTINATIONS.get(word)
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
        elif word == "fcharset" and number in _CHARSETS:
            self._fonts[self._state.font] = _CHARSETS[number]

    def _row(self, word: str, number: int) -> None:
        """Take what defines a row's cells."""
        if word == "trowd":
            self._edges = [0]
            self._merges = {"above": set(), "beside": set()}
        elif word == "trleft":
            self._edges[0] = number
        elif word == "cellx":
            self._edges.append(number)
        elif word in _MERGES:
            self._merges[_MERGES[word]].add(len(self._edges) - 1)

    def _end(self, word: str) -> None:
        """End a paragraph, a cell or a row."""
        depth = self._depth()
        if word in ("par", "sect", "cell", "nestcell"):
            text, self._paragraph = _text_of(self._paragraph), []
            least = {"cell": 1, "nestcell": 2}.get(word, 0)
            # The end of an outer cell is the end of whatever stands in it.
            self._builder.add(text, 1 if word == "cell" else max(depth, least), ends_cell=least > 0)
        elif word in ("row", "nestrow"):
            shape = RowShape(tuple(self._edges), frozenset(self._merges["above"]), frozenset(self._merges["beside"]))
            self._builder.end_row(shape, 1 if word == "row" else max(depth, 2))

    def _depth(self) -> int:
        return max(self._state.depth, int(self._state.inside))


def _text_of(parts: list[str]) -> str:
    """Texts joined; characters beyond 16 bits come as two halves."""
    return "".join(parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le", errors="replace")
