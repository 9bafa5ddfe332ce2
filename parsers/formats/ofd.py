"""OFD to a document: pages of placed characters, lines and pictures in a ZIP archive (GB/T 33190)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from posixpath import dirname, join, normpath
from typing import NamedTuple
from unicodedata import east_asian_width

from lxml.etree import _Element as Element

from parsers.document.model import Document, Unreadable
from parsers.document.reasons import Why
from parsers.formats.office.package import Package
from parsers.formats.paged.page import (
    MOST_PAGES,
    Allowance,
    Cover,
    Glyph,
    Ink,
    Point,
    PrintedPage,
    Rectangle,
    bounds,
    is_thin,
    refuse_long,
    rules_of_path,
)
from parsers.formats.paged.pages import document_of
from parsers.formats.paged.scans import scan

_POINTS = 72 / 25.4  # of a millimetre
_A4 = (0.0, 0.0, 210.0, 297.0)
# Of its size, how far a character reaches above and below the line on which it stands.
_ABOVE, _BELOW = 0.86, 0.14
# Letters and digits are as wide as the step to the next if that is such a part of their size.
_NARROWEST, _WIDEST = 0.2, 0.7
_LETTERS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_LAYERS = {"Background": 0, "Body": 1, "Foreground": 2}
# Of 255: what is paler, or lets more through, may not be seen.
_PALE, _CLEAR = 235, 60
# A smaller share of the page, or fewer points, and a picture is a mark beside text, or a dot.
_LEAST_PICTURE, _DOT = 0.02, 3.0
_DEPTH = 8
_MOST_OVERLAID = 10_000_000
# What the reader of a page does not take for a part of its text.
_IN_PASSING = frozenset({"Link", "Watermark", "Highlight"})


class _Matrix(NamedTuple):
    """Where points of an object lie on the page: (x, y) at (a x + c y + e, b x + d y + f)."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def point(self, x: float, y: float) -> Point:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def within(self, outer: "_Matrix") -> "_Matrix":
        e, f = outer.point(self.e, self.f)
        a, b = outer.a * self.a + outer.c * self.b, outer.b * self.a + outer.d * self.b
        return _Matrix(a, b, outer.a * self.c + outer.c * self.d, outer.b * self.c + outer.d * self.d, e, f)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an object is drawn, and what it inherits: a colour for areas and text, one for lines."""

    matrix: _Matrix
    fill: Element | None = None
    stroke: Element | None = None


def read_ofd(data: bytes) -> Document:
    """Read an OFD file; pages that are pictures are read by OCR. Raises :class:`Unreadable` with one line."""
    file = _File(Package(data))
    pages = list(islice(file.pages(), MOST_PAGES + 1))
    refuse_long(len(pages))
    if not any(page.glyphs for page in pages) and file.pictures:
        document = document_of(scan.read_picture_files(file.pictures))
    else:
        document = document_of(pages)
    return replace(document, titles=file.titles)


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _child(element: Element | None, name: str) -> Element | None:
    return None if element is None else element.find(f"{{*}}{name}")


def _said(element: Element | None, name: str) -> str:
    found = _child(element, name)
    return (found.text or "").strip() if found is not None else ""


def _numbers(text: str | None) -> list[float]:
    """The numbers of a list; Unreadable for what is none."""
    try:
        return [float(number) for number in (text or "").split()]
    except ValueError as error:
        raise Unreadable(f"a damaged OFD file: {error}") from error


def _deltas(text: str | None, most: int) -> list[float]:
    """The steps from each character to the next, of which so many are of use; ``g 3 5`` is three steps of 5."""
    steps: list[float] = []
    words = iter((text or "").split())
    for word in words:
        if len(steps) >= most:
            break
        if word == "g":
            count, step = next(words, "0"), next(words, "0")
            steps += _numbers(step) * int(max(0, *(min(number, most) for number in _numbers(count))))
        else:
            steps += _numbers(word)
    return steps


class _File:
    """The parts of a file: its first document."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._ink = Ink()
        body = _child(self._part("OFD.xml"), "DocBody")
        title = _said(_child(body, "DocInfo"), "Title")
        self.titles = (title,) if title else ()
        self._root = _said(body, "DocRoot").lstrip("/")
        self._document = self._part(self._root)
        self._signatures = _said(body, "Signatures")
        common = _child(self._document, "CommonData")
        self._area = _box(_child(common, "PageArea")) or _A4
        self._templates: dict[str, str] = {}
        self._styles: dict[str, Element] = {}
        self._units: dict[str, Element] = {}
        self._media: dict[str, str] = {}
        self.pictures: list[bytes] = []
        for element in common if common is not None else ():
            if _name(element) == "TemplatePage":
                self._templates[element.get("ID", "")] = _beside(self._root, element.get("BaseLoc", ""))
            elif _name(element) in ("PublicRes", "DocumentRes"):
                self._add_resources(_beside(self._root, element.text or ""))

    def _part(self, name: str) -> Element:
        root = self._package.xml(name)
        if root is None:
            raise Unreadable(f"a damaged OFD file: it has no {name or 'document'}")
        return root

    def _add_resources(self, name: str) -> None:
        root = self._package.xml(name)
        for element in root.iter() if root is not None else ():
            kind, identity = _name(element), element.get("ID", "")
            if kind == "DrawParam":
                self._styles[identity] = element
            elif kind == "CompositeGraphicUnit":
                self._units[identity] = element
            elif kind == "MultiMedia" and root is not None:
                folder = join(dirname(name), root.get("BaseLoc", ""), "x")
                self._media[identity] = _beside(folder, _said(element, "MediaFile"))

    def pages(self) -> Iterator[PrintedPage]:
        """The pages in order."""
        covers = self._covers()
        for number, element in enumerate(self._document.findall("{*}Pages/{*}Page"), start=1):
            root = self._part(_beside(self._root, element.get("BaseLoc", "")))
            area = _box(_child(root, "Area")) or self._area
            drawing = _Drawing(self, self._ink, area)
            for _, content in sorted(self._contents(root), key=lambda pair: pair[0]):
                drawing.add_layer(content)
            yield drawing.page(number, covers.get(element.get("ID", ""), []))

    def _contents(self, root: Element) -> Iterator[tuple[tuple[int, int], Element]]:
        """The layers of a page and of its templates, with what decides which lies below."""
        for template in root.iterfind("{*}Template"):
            name = self._templates.get(template.get("TemplateID", ""), "")
            order = _LAYERS.get(template.get("ZOrder", ""), 0)
            if name:
                yield from (((order, at), layer) for at, layer in enumerate(_layers(self._part(name))))
        for at, layer in enumerate(_layers(root)):
            yield (_LAYERS.get(layer.get("Type", ""), 1), at + 1000), layer

    def style(self, identity: str | None) -> Element | None:
        """A set of colours and widths that objects share."""
        return self._styles.get(identity or "")

    def unit(self, identity: str) -> Element | None:
        """What a composite object draws."""
        return _child(self._units.get(identity), "Content")

    def media(self, identity: str) -> bytes | None:
        """The bytes of a picture."""
        name = self._media.get(identity)
        return self._package.part(name) if name else None

    def _covers(self) -> dict[str, list[Rectangle]]:
        """Where seals and other annotations lie, by the page's number in the file."""
        found: dict[str, list[Rectangle]] = {}
        annotations = _beside(self._root, _said(self._document, "Annotations"))
        root = self._package.xml(annotations) if _said(self._document, "Annotations") else None
        for page in root if root is not None else ():
            held = self._package.xml(_beside(annotations, _said(page, "FileLoc")))
            for annotation in held if held is not None else ():
                box = _rectangle(_child(annotation, "Appearance"))
                seen = annotation.get("Visible") != "false" and annotation.get("Type") not in _IN_PASSING
                if box and seen:
                    found.setdefault(page.get("PageID", ""), []).append(box)
        listed = self._package.xml(_beside("", self._signatures)) if self._signatures else None
        for signature in listed if listed is not None else ():
            held = self._package.xml(_beside(self._signatures, signature.get("BaseLoc", "")))
            for stamp in held.iter("{*}StampAnnot") if held is not None else ():
                if box := _rectangle(stamp):
                    found.setdefault(stamp.get("PageRef", ""), []).append(box)
        return found


def _beside(name: str, target: str) -> str:
    """A part that another one names."""
    target = target.strip()
    return target.lstrip("/") if target.startswith("/") else normpath(join(dirname(name.lstrip("/")), target))


def _layers(root: Element) -> list[Element]:
    return root.findall("{*}Content/{*}Layer")


def _box(area: Element | None) -> tuple[float, float, float, float] | None:
    numbers = _numbers(_said(area, "PhysicalBox"))
    return (numbers[0], numbers[1], numbers[2], numbers[3]) if len(numbers) == 4 else None


def _rectangle(element: Element | None) -> Rectangle | None:
    """An object's Boundary, in points."""
    numbers = _numbers(element.get("Boundary")) if element is not None else []
    if len(numbers) != 4:
        return None
    x, y, width, height = (number * _POINTS for number in numbers)
    return Rectangle(x, y, x + width, y + height)


class _Drawing:
    """What is drawn on a page, from the lowest to the uppermost."""

    def __init__(self, file: _File, ink: Ink, area: tuple[float, float, float, float]) -> None:
        self._file = file
        self._ink = ink
        self._width, self._height = area[2] * _POINTS, area[3] * _POINTS
        self._page = _Place(_Matrix(_POINTS, 0, 0, _POINTS, -area[0] * _POINTS, -area[1] * _POINTS))
        self._glyphs: list[Glyph] = []
        self._rules: list[Rectangle] = []
        self._pictures: list[Rectangle] = []
        self._covers: list[Cover] = []
        self._dark: list[Rectangle] = []
        self._overlaid = Allowance(_MOST_OVERLAID, "characters under areas")

    def page(self, number: int, over: list[Rectangle]) -> PrintedPage:
        """The page, with what lies over it."""
        covers = (*self._covers, *(Cover(box, Why.SHOWS_BOX) for box in over))
        glyphs, rules, pictures = tuple(self._glyphs), tuple(self._rules), tuple(self._pictures)
        return PrintedPage(number, self._width, self._height, glyphs, rules, pictures, covers)

    def add_layer(self, layer: Element) -> None:
        """Add a layer's objects."""
        self._add_all(layer, self._styled(layer, self._page), _DEPTH)

    def _add_all(self, holder: Element, place: _Place, depth: int) -> None:
        for element in holder:
            name = _name(element)
            self._ink.objects.spend(1)
            if element.get("Visible") == "false":
                continue
            if name == "PageBlock" and depth:
                self._add_all(element, place, depth - 1)
            elif name in ("TextObject", "PathObject", "ImageObject", "CompositeObject"):
                self._add(element, name, self._styled(element, self._placed(element, place)), depth)

    def _placed(self, element: Element, place: _Place) -> _Place:
        """The place of an object's own space: moved to its boundary, and turned or scaled before that."""
        boundary, own = _numbers(element.get("Boundary")), _numbers(element.get("CTM"))
        if len(boundary) != 4 or len(own) not in (0, 6):
            raise Unreadable("a damaged OFD file: an object without a place")
        moved = _Matrix(e=boundary[0], f=boundary[1]).within(place.matrix)
        return replace(place, matrix=_Matrix(*own).within(moved))

    def _styled(self, element: Element, place: _Place) -> _Place:
        style = self._file.style(element.get("DrawParam"))
        fills, strokes = ([_child(one, name) for one in (element, style)] for name in ("FillColor", "StrokeColor"))
        fill = next((one for one in fills if one is not None), place.fill)
        stroke = next((one for one in strokes if one is not None), place.stroke)
        return replace(place, fill=fill, stroke=stroke)

    def _add(self, element: Element, name: str, place: _Place, depth: int) -> None:
        if name == "TextObject":
            self._add_text(element, place)
        elif name == "PathObject":
            self._add_path(element, place)
        elif name == "ImageObject":
            self._add_picture(element, place)
        elif depth:
            unit = self._file.unit(element.get("ResourceID", ""))
            if unit is not None:
                self._add_all(unit, place, depth - 1)

    def _add_text(self, element: Element, place: _Place) -> None:
        size = (_numbers(element.get("Size")) or [0.0])[0]
        scale = (_numbers(element.get("HScale")) or [1.0])[0]
        pale = _is_pale(place.fill) or _alpha(element) < _CLEAR or element.get("Fill") == "false"
        for code in element.iterfind("{*}TextCode"):
            x, y = ((_numbers(code.get(name)) or [0.0])[0] for name in ("X", "Y"))
            text = code.text or ""
            across, down = (_deltas(code.get(name), len(text)) for name in ("DeltaX", "DeltaY"))
            self._ink.characters.spend(len(text))
            for at, character in enumerate(text):
                step = across[at] if at < len(across) else 0.0
                width = size * scale * (1.0 if east_asian_width(character) in "WFA" else 0.5)
                if _NARROWEST < step / (size or 1.0) < _WIDEST:
                    width = step
                if not character.isspace():
                    self._add_glyph(character, (x, y, width, size), place.matrix, pale=pale)
                # What is set downwards may say nothing of its steps across.
                x += step if across or down else width
                y += down[at] if at < len(down) else 0.0

    def _add_glyph(
        self, character: str, where: tuple[float, float, float, float], matrix: _Matrix, *, pale: bool
    ) -> None:
        x, y, width, size = where
        box = bounds([matrix.point(*at) for at in ((x, y - _ABOVE * size), (x + width, y + _BELOW * size))])
        self._overlaid.spend(len(self._dark) if pale else 0)
        if pale and not any(_holds(dark, box) for dark in self._dark):
            self._covers.append(Cover(box, Why.SHOWS_FAINT))
        else:
            self._glyphs.append(Glyph(character, *box, baseline=matrix.point(x, y)[1]))

    def _add_path(self, element: Element, place: _Place) -> None:
        alpha = _alpha(element)
        stroked = element.get("Stroke") != "false" and not _is_pale(place.stroke) and alpha >= _CLEAR
        filled = element.get("Fill") == "true" and alpha >= _CLEAR and _alpha(place.fill) >= _CLEAR
        subpaths = [
            [place.matrix.point(*point) for point in points]
            for points in self._subpaths(_said(element, "AbbreviatedData"))
        ]
        if not subpaths or not (stroked or filled):
            return
        box = bounds([point for points in subpaths for point in points])
        if stroked or not _is_pale(place.fill):
            self._rules += rules_of_path(subpaths, stroked=stroked)
        if filled and not is_thin(box):
            self._lay_over(box)
            if not _is_pale(place.fill):
                self._dark.append(box)

    def _subpaths(self, data: str) -> list[list[Point]]:
        """The points of a path; of a curve those at its ends, and those that pull it."""
        words = data.split()
        self._ink.points.spend(len(words))
        subpaths: list[list[Point]] = []
        at = 0
        while at < len(words):
            letter = words[at]
            count = _LETTERS.get(letter)
            if count is None:
                raise Unreadable(f"a damaged OFD file: {letter[:20]!r} in a path")
            numbers = _numbers(" ".join(words[at + 1 : at + 1 + count]))
            at += 1 + count
            if letter == "C":
                subpaths[-1:] = [[*points, points[0]] for points in subpaths[-1:]]
            elif len(numbers) == count:
                if letter in "SM" or not subpaths:
                    subpaths.append([])
                subpaths[-1] += zip(
                    numbers[-2 if letter == "A" else 0 :: 2], numbers[-1 if letter == "A" else 1 :: 2], strict=True
                )
        return [points for points in subpaths if points]

    def _add_picture(self, element: Element, place: _Place) -> None:
        # A picture fills a square of 1 by 1, which its matrix stretches.
        corner = (1.0, 1.0) if element.get("CTM") else _numbers(element.get("Boundary"))[2:]
        box = bounds([place.matrix.point(0, 0), place.matrix.point(*corner)])
        data = self._file.media(element.get("ResourceID", ""))
        if (box.x1 - box.x0) * (box.bottom - box.top) > _LEAST_PICTURE * self._width * self._height:
            self._pictures.append(box)
            if data:
                self._file.pictures.append(data)
        elif min(box.x1 - box.x0, box.bottom - box.top) > _DOT:
            self._covers.append(Cover(box, Why.SHOWS_PICTURE))

    def _lay_over(self, box: Rectangle) -> None:
        """An area over what was drawn before: characters below it are not seen."""
        self._overlaid.spend(len(self._glyphs))
        below = [glyph for glyph in self._glyphs if _holds(box, Rectangle(*glyph[1:5]))]
        self._covers += [Cover(Rectangle(*glyph[1:5]), Why.SHOWS_FAINT) for glyph in below]
        if below:
            self._glyphs = [glyph for glyph in self._glyphs if glyph not in set(below)]


def _holds(outer: Rectangle, inner: Rectangle) -> bool:
    """Whether the middle of a box lies in another."""
    x, y = (inner.x0 + inner.x1) / 2, (inner.top + inner.bottom) / 2
    return outer.x0 <= x <= outer.x1 and outer.top <= y <= outer.bottom


def _alpha(element: Element | None) -> float:
    """How much of what lies below something hides, of 255."""
    return (_numbers(element.get("Alpha")) or [255.0])[0] if element is not None else 255.0


def _is_pale(colour: Element | None) -> bool:
    """Whether a colour is hardly to be told from white paper; its values are grey, RGB or CMYK."""
    if colour is None:
        return False
    values = _numbers(colour.get("Value"))
    if len(values) == 4:
        values = [255 - max(values)]
    return _alpha(colour) < _CLEAR or bool(values and min(values) >= _PALE)
