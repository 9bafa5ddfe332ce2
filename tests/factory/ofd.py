"""A sheet in OFD (GB/T 33190): the pages of the PDF makes, drawn as programs for official documents write them."""

from html import escape
from io import BytesIO
from random import Random
from zipfile import ZIP_DEFLATED, ZipFile

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics

from tests.factory.pdf import FONT, Style, draw
from tests.factory.sheet import Sheet

NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_MM = 25.4 / 72


def ofd_file(sheet: Sheet, rng: Random) -> bytes:
    """An OFD file with ruled tables."""
    style = Style(
        borders=rng.choice(("lines", "boxes", "areas")),
        open_break=rng.random() < 0.4,
        cut_rows=rng.random() < 0.4,
        size=rng.choice((7.5, 9.0, 10.5)),
        numbers=rng.choice(("- {} -", "{}", "第 {} 页")),
    )
    return draw(sheet, style, rng, Canvas)


class Canvas:
    """What the PDF makes draw, written as objects of OFD pages; heights are measured from the bottom, in points."""

    def __init__(self, out: BytesIO, **_: object) -> None:
        self._out = out
        self._pages: list[list[str]] = [[]]
        self._font = (FONT, 0.0)
        self._numbers = 10

    def setFont(self, name: str, size: float) -> None:  # noqa: N802
        """As reportlab's."""
        self._font = (name, size)

    def setLineWidth(self, width: float) -> None:  # noqa: N802
        """All lines are of one width."""

    def drawString(self, x: float, y: float, text: str, mode: int | None = None) -> None:  # noqa: N802
        """A line of text, a step for each of its characters; every third time set in a unit of its own."""
        name, size = self._font
        widths = [pdfmetrics.stringWidth(character, name, size) * _MM for character in text]
        scale = 1.0 if len(self._pages[-1]) % 3 else size * _MM
        steps = [f"{width / scale:.4f}" for width in widths[:-1]]
        across = f"g {len(steps)} {steps[0]}" if len(set(steps)) == 1 and len(steps) > 2 else " ".join(steps)
        matrix = f'CTM="{scale:.4f} 0 0 {scale:.4f} 0 0"' if scale != 1.0 else ""
        delta = f' DeltaX="{across}"' if steps else ""
        code = f'<ofd:TextCode X="0" Y="{0.86 * size * _MM / scale:.4f}"{delta}>{escape(text)}</ofd:TextCode>'
        about = f'Font="3" Size="{size * _MM / scale:.4f}" {matrix}'
        top = A4[1] - y - 0.86 * size
        self._object("TextObject", (x, top, sum(widths) / _MM, size), about, code)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A stroke."""
        self._path((x0, A4[1] - y0), (x1, A4[1] - y1))

    def rect(self, x: float, y: float, width: float, height: float, stroke: int = 1, fill: int = 0) -> None:
        """A box."""
        top, bottom = A4[1] - y - height, A4[1] - y
        corners = ((x, top), (x + width, top), (x + width, bottom), (x, bottom))
        self._path(*corners, shut=True, about=f'Stroke="{str(bool(stroke)).lower()}" Fill="{str(bool(fill)).lower()}"')

    def showPage(self) -> None:  # noqa: N802
        """End the page."""
        self._pages.append([])

    def save(self) -> None:
        """Write the file."""
        self._out.write(packed(["".join(page) for page in self._pages if page]))

    def _path(self, *points: tuple[float, float], shut: bool = False, about: str = "") -> None:
        xs, ys = [x for x, _ in points], [y for _, y in points]
        left, top = min(xs), min(ys)
        places = [f"{(x - left) * _MM:.4f} {(y - top) * _MM:.4f}" for x, y in points]
        data = f"M {places[0]} " + " ".join(f"L {place}" for place in places[1:]) + (" C" if shut else "")
        inner = f'<ofd:StrokeColor Value="0 0 0"/><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData>'
        self._object("PathObject", (left, top, max(xs) - left, max(ys) - top), f'LineWidth="0.18" {about}', inner)

    def _object(self, kind: str, box: tuple[float, ...], about: str, inner: str) -> None:
        self._numbers += 1
        boundary = " ".join(f"{side * _MM:.4f}" for side in box)
        self._pages[-1].append(f'<ofd:{kind} ID="{self._numbers}" Boundary="{boundary}" {about}>{inner}</ofd:{kind}>')


def packed(
    pages: list[str], *, template: str = "", extra: dict[str, str | bytes] | None = None, listed: str = ""
) -> bytes:
    """The file of some pages by what is drawn on each; ``listed`` stands in the document's part beside its pages."""
    templates = '<ofd:TemplatePage ID="5" BaseLoc="Tpls/Tpl_0/Content.xml"/>' if template else ""
    references = "".join(
        f'<ofd:Page ID="{at + 100}" BaseLoc="Pages/Page_{at}/Content.xml"/>' for at in range(len(pages))
    )
    parts: dict[str, str | bytes] = {
        "OFD.xml": f'<ofd:OFD {NAMESPACE} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo/>'
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot><ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>"
        "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
        "</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
        f"<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>{templates}"
        f"</ofd:CommonData><ofd:Pages>{references}</ofd:Pages>{listed}</ofd:Document>",
        "Doc_0/PublicRes.xml": f'<ofd:Res {NAMESPACE} BaseLoc="Res">'
        '<ofd:Fonts><ofd:Font ID="3" FontName="宋体"/></ofd:Fonts></ofd:Res>',
    }
    if template:
        parts["Doc_0/Tpls/Tpl_0/Content.xml"] = _page(template)
    used = '<ofd:Template TemplateID="5" ZOrder="Background"/>' if template else ""
    for at, page in enumerate(pages):
        parts[f"Doc_0/Pages/Page_{at}/Content.xml"] = _page(page, used)
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in (parts | (extra or {})).items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _page(content: str, used: str = "") -> str:
    layer = f'<ofd:Layer Type="Body" ID="9"><ofd:PageBlock ID="8">{content}</ofd:PageBlock></ofd:Layer>'
    return f"<ofd:Page {NAMESPACE}>{used}<ofd:Content>{layer}</ofd:Content></ofd:Page>"
