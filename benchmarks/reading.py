"""Speed, as measured here and now:  make bench

Prints one table. Each line is the median of several rounds of processor time, with the smallest and the largest; what
is compared takes turns within a round, so that a busy machine slows all of it alike. The documents are made by
``tests/factory`` with fixed seeds. Rivals come with the extra ``bench``, OCR with the extra ``ocr``.

What is read once in life is read once here: the lines by kind take other documents in each round, and the first round
counts. Beside each stands its floor, the least that anybody needs who reads such a file at all. ``--write FILE`` puts
the table into a page, with the machine and the day.
"""

import argparse
import ctypes
import platform
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from io import BytesIO
from os import cpu_count
from pathlib import Path
from random import Random
from zipfile import ZipFile

import pypdfium2
from lxml import etree
from pdfminer.pdfdevice import PDFDevice
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pypdfium2 import raw

from database.rows import report_rows
from database.store import Source, Store
from parsers.alignment.align import align
from parsers.alignment.shapes import MEMORY
from parsers.convert import read_document
from parsers.formats.paged import pdfium, pdfminer
from parsers.formats.paged.pages import document_of
from parsers.formats.paged.pdf import PdfReader, read_pdf
from parsers.formats.paged.scans import scan
from parsers.formats.paged.sight import SCALE
from parsers.formats.web.html import read_html
from parsers.formats.web.page import Page
from parsers.read import read
from tests.factory import html, office, pdf, printers
from tests.factory.sheet import Sheet, sheet_of
from tests.factory.truth import draw_truth

ROUNDS = 5
SCAN_ROUNDS = 3
PAGES, FILES, PRINTS = 40, 10, 2
_NOT_INSTALLED = "not installed"
# Between these the table stands in a page.
_BEGIN, _END = "<!-- python -m benchmarks.reading -->", "<!-- end -->"

Render = Callable[[Sheet, Random], bytes]
Action = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table: a ratio's name, its value in every round, and what it should be."""

    name: str
    values: Sequence[float]
    unit: str = "times"
    target: str = ""

    def __str__(self) -> str:
        if not self.values:
            return f"{self.name:62}{_NOT_INSTALLED:>14}"
        middle, least, most = statistics.median(self.values), min(self.values), max(self.values)
        return f"{self.name:62}{middle:9.2f}{least:9.2f}{most:9.2f}  {self.unit:10}{self.target}"


def rounds_of(actions: dict[str, Action], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Seconds of processor time of each action in each round, all of them in turn; a first round does not count."""
    times: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(rounds + 1):
        for name, action in actions.items():
            times[name].append(busy(action))
    return {name: seconds[1:] for name, seconds in times.items()}


def busy(action: Action) -> float:
    """Seconds of processor time that an action takes in this process."""
    start = time.process_time()
    action()
    return time.process_time() - start


def ratio(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """Round by round, how many times ``below`` goes into ``above``."""
    return [one / other for one, other in zip(above, below, strict=True)]


def drawn(render: Render, count: int, first: int = 0) -> list[bytes]:
    """Documents of one make, of the seeds from ``first``."""
    seeds = range(first, first + count)
    return [render(sheet_of(draw_truth(Random(seed), 2021)), Random(seed)) for seed in seeds]


def every(action: Callable[[bytes], object], files: Sequence[bytes]) -> Action:
    """Do something with each of the files."""
    return lambda: [action(data) for data in files]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document, how many are read a round, what anybody needs for it, and how many times that we may take."""

    render: Render
    count: int
    floor: Callable[[bytes], object]
    target: str
    needs: str = ""


def with_menus(sheet: Sheet, rng: Random) -> bytes:
    """A report in the page of a portal: 450 links before it, 100 after it."""
    page = html.plain_page(sheet, rng).decode()
    links = [f'<li><a href="/{n}.html" title="栏目{n}">栏目{n}政务公开</a></li>' for n in range(450)]
    menus = "".join(f"<div class='menu'><ul>{''.join(links[at : at + 25])}</ul></div>" for at in range(0, 450, 25))
    friends = "".join(f"<div><a href='http://www.example.com/{n}'>友情链接{n}</a></div>" for n in range(100))
    head, body, rest = re.split(r"(<body[^>]*>)", page, maxsplit=1)
    article, end = rest.split("</body>")
    return f"{head}{body}{menus}<div class='article'>{article}</div>{friends}</body>{end}".encode()


def pdf_as_text(sheet: Sheet, rng: Random) -> bytes:
    """A PDF as ``pdftotext -layout`` writes it."""
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(command, input=pdf.ruled_page(sheet, rng), capture_output=True, check=True).stdout


def html_floor(data: bytes) -> None:
    """Parse a page with lxml, and walk through the cells of its tables."""
    root = etree.fromstring(data, etree.HTMLParser(encoding="utf-8", huge_tree=True))
    for cell in root.iter("td", "th"):
        "".join(map(str, cell.itertext())), cell.get("colspan"), cell.get("rowspan")


def docx_floor(data: bytes) -> None:
    """Unzip a DOCX file's largest part, and parse it with lxml."""
    with ZipFile(BytesIO(data)) as package:
        etree.fromstring(max(map(package.read, package.namelist()), key=len))


def pdf_floor(data: bytes) -> None:
    """All text of a PDF, as PDFium gives it in one piece a page."""
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            page.get_textpage().get_text_bounded()


KINDS = {
    "HTML, 7 KB": Kind(html.plain_page, 20, html_floor, "at most 3"),
    "HTML of Word, 65 KB": Kind(html.word_page, 8, html_floor, "at most 2.5"),
    "HTML of a portal with menus, 50 KB": Kind(with_menus, 10, html_floor, "at most 4"),
    "DOCX": Kind(office.word_file, 8, docx_floor, "at most 2.5"),
    "PDF, ruled": Kind(pdf.ruled_page, 4, pdf_floor, "at most 2"),
    "PDF of Chromium": Kind(printers.chromium_pdf, 1, pdf_floor, "at most 2.2", needs="chromium"),
    "text of pdftotext": Kind(pdf_as_text, 4, bytes.split, "", needs="pdftotext"),
}


def reading() -> Iterator[Line]:
    """Whole reports by the kind of their documents, bytes to report, none read twice: against the floor."""
    for name, kind in KINDS.items():
        if kind.needs and not shutil.which(kind.needs):
            yield Line(f"{name}: read / floor", ())
            continue
        yield from _of_kind(name, kind)
    MEMORY.clear()


def _of_kind(name: str, kind: Kind) -> Iterator[Line]:
    times: dict[str, list[float]] = {"read": [], "floor": [], "without": []}
    MEMORY.clear()
    for number in range(ROUNDS):
        fresh, others = (drawn(kind.render, kind.count, (2 * number + half) * kind.count) for half in (0, 1))
        times["floor"].append(busy(every(kind.floor, fresh)))
        times["read"].append(busy(every(read, fresh)))
        MEMORY.is_on = False
        times["without"].append(busy(every(read, others)))
        MEMORY.is_on = True
    each = {part: [1000 * t / kind.count for t in seconds] for part, seconds in times.items()}
    yield Line(f"{name}: read", each["read"], "ms")
    if kind.target:
        yield Line("  floor", each["floor"], "ms")
        yield Line("  read / floor", ratio(each["read"], each["floor"]), target=kind.target)
    yield Line("  read without the memory of shapes", each["without"], "ms")
    yield Line("  forms poured by that memory", [100 * MEMORY.poured / max(MEMORY.asked, 1)], "%")


def stages() -> Iterator[Line]:
    """Where the time goes from an HTML page to rows."""
    pages = drawn(html.plain_page, PAGES)
    documents = [read_document(page) for page in pages]
    reports = [read(page) for page in pages]
    with tempfile.TemporaryDirectory() as folder:
        numbers = iter(range(ROUNDS + 1))

        def write() -> None:
            with Store(Path(folder) / f"{next(numbers)}.db") as store:
                for number, report in enumerate(reports):
                    store.save_report(
                        Source(f"henan-{number}", f"{number}", 0, "2022-01-26T00:00:00Z"), report_rows(report)
                    )

        times = rounds_of({
            "read": every(read, pages),
            "HTML parser (lxml and document)": lambda: [read_html(Page(page)) for page in pages],
            "alignment (labels, values, arithmetic)": lambda: [align(document.blocks, 2021) for document in documents],
            "writing rows (one transaction a report)": write,
        })  # fmt: skip
    whole = times.pop("read")
    total = [sum(both) for both in zip(whole, times["writing rows (one transaction a report)"], strict=True)]
    yield Line("HTML: read and write (bytes to rows)", [PAGES / t for t in total], "reports/s")
    for name, part in times.items():
        yield Line(f"  of that, {name}", [100 * share for share in ratio(part, total)], "%")


def styled() -> Iterator[Line]:
    """What the style of a page costs: 300 rules for its menus, 20 for its text and tables."""
    pages = drawn(html.plain_page, PAGES)
    menus = "".join(f".menu{n} > .item{n % 7} {{ display: block; color: #333; padding: 4px }}" for n in range(300))
    own = "".join(f"{name} {{ margin: 0; font-size: 14px; color: #333 }}" for name in ("body", "p", "h1", "h2", "td"))
    sheet = f"<style>{menus}{own * 3} tr:nth-child(2n) {{ background: #f5f5f5 }} td {{ padding: 5px }}</style></head>"
    with_style = [page.replace(b"</head>", sheet.encode()) for page in pages]
    times = rounds_of({"with": every(read, with_style), "without": every(read, pages)})
    yield Line("HTML: read with a style sheet, over without", ratio(times["with"], times["without"]), target="1.3")


def bare_pdfium(data: bytes) -> None:
    """Ask PDFium for each character and each path, and build nothing of it."""
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            _ask_characters(page)
            _ask_paths(page)


def _ask_characters(page: pypdfium2.PdfPage) -> None:
    text = raw.FPDFText_LoadPage(page)
    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    for at in range(raw.FPDFText_CountChars(text)):
        raw.FPDFText_GetUnicode(text, at)
        raw.FPDFText_GetLooseCharBox(text, at, box)
        raw.FPDFText_GetCharOrigin(text, at, x, y)
    raw.FPDFText_ClosePage(text)


def _ask_paths(page: pypdfium2.PdfPage) -> None:
    box = [ctypes.c_float() for _ in range(4)]
    for at in range(raw.FPDFPage_CountObjects(page)):
        drawn_object = raw.FPDFPage_GetObject(page, at)
        if raw.FPDFPageObj_GetType(drawn_object) == raw.FPDF_PAGEOBJ_PATH:
            raw.FPDFPageObj_GetBounds(drawn_object, *box)


def bare_pdfminer(data: bytes) -> None:
    """Let pdfminer.six interpret each page for a device that does nothing."""
    manager = PDFResourceManager()
    for page in PDFPage.get_pages(BytesIO(data)):
        PDFPageInterpreter(manager, PDFDevice(manager)).process_page(page)


def rendered(data: bytes) -> None:
    """Ask PDFium for each character and each path, and have it draw each page as large as the reader does."""
    bare_pdfium(data)
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            page.render(scale=SCALE, grayscale=True)


def plumbed(data: bytes) -> None:
    """The tables, by pdfplumber."""
    import pdfplumber

    with pdfplumber.open(BytesIO(data)) as document:
        for page in document.pages:
            page.extract_tables()


def camelots(data: bytes) -> None:
    """The tables, by camelot, which reads files only."""
    import camelot

    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        camelot.read_pdf(file.name, pages="all", flavor="lattice", suppress_stdout=True)


RIVALS = {"pdfplumber": plumbed, "camelot": camelots}


def document_by(reader: PdfReader) -> Callable[[bytes], object]:
    """Build the document of a PDF with one of the two readers."""
    return lambda data: read_pdf(data, reader)


def pdf_documents() -> Iterator[Line]:
    """PDFs to documents, by maker: against the bare interpreters, and against rivals that find tables."""
    for make, files in pdfs().items():
        yield from pdf_lines(make, files)


def pdfs() -> dict[str, list[bytes]]:
    """PDF files by maker; none of a program that is not there."""
    made = {"factory": drawn(pdf.ruled_page, PRINTS)}
    if shutil.which("chromium"):
        made["Chromium"] = drawn(printers.chromium_pdf, PRINTS)
    if shutil.which("soffice"):
        made["LibreOffice"] = drawn(printers.libreoffice_pdf, PRINTS)
    return made


def pdf_lines(make: str, files: Sequence[bytes]) -> Iterator[Line]:
    """The comparisons over the files of one maker."""
    rivals = {name: rival for name, rival in RIVALS.items() if find_spec(name)}
    methods = {
        "ours": document_by(pdfium.read_pages), "bare": bare_pdfium, "rendered": rendered,
        "unseen": lambda data: document_of(pdfium.read_pages(data)),
        "our pdfminer": document_by(pdfminer.read_pages), "bare pdfminer": bare_pdfminer, **rivals,
    }  # fmt: skip
    times = rounds_of({name: every(method, files) for name, method in methods.items()})
    start = f"PDF by {make}: "
    pages = sum(len(pypdfium2.PdfDocument(data)) for data in files)
    yield Line(f"{start}document", [1000 * t / pages for t in times["ours"]], "ms/page")
    yield Line(
        f"{start}document / bare PDFium that draws its pages",
        ratio(times["ours"], times["rendered"]),
        target="at most 1.5",
    )
    yield Line(
        f"{start}document without a look / bare PDFium", ratio(times["unseen"], times["bare"]), target="at most 1.5"
    )
    yield Line(
        f"{start}by pdfminer.six / its bare interpreter",
        ratio(times["our pdfminer"], times["bare pdfminer"]),
        target="at most 1.5",
    )
    for name, target in (("pdfplumber", "at least 4"), ("camelot", "")):
        slower = ratio(times[name], times["ours"]) if name in times else ()
        yield Line(f"{start}tables by {name} / document", slower, target=target)


def scanned() -> Iterator[Line]:
    """A scanned page: our reading against the engine's own call."""
    names = ("a page, seconds", "a page / rapidocr alone")
    if not scan.is_installed():
        yield from (Line(f"OCR: {name}", ()) for name in names)
        return
    import numpy as np
    from rapidocr import RapidOCR

    from tests.factory import scans

    pages = scans.draw_pages(sheet_of(draw_truth(Random(0), 2021)))
    pixels = np.asarray(max(pages, key=lambda page: np.count_nonzero(np.asarray(page) < 128)))
    engine = RapidOCR(params={"Global.log_level": "critical", "Rec.rec_batch_num": 1})
    methods = {"ours": lambda: scan.read_scan(pixels, 1, scans.DPI), "engine": lambda: engine(pixels)}
    times = rounds_of(methods, SCAN_ROUNDS)
    yield Line("OCR: a page", times["ours"], "s")
    yield Line("OCR: a page / rapidocr alone", ratio(times["ours"], times["engine"]), target="at most 1.3")


PARTS = {"kinds": reading, "stages": stages, "style": styled, "pdf": pdf_documents, "ocr": scanned}


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--part", choices=PARTS, action="append", help="measure this alone; more than one may be given")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table into this page, too")
    options = parser.parse_args()
    table = [f"{f'{ROUNDS} rounds ({SCAN_ROUNDS} of OCR)':62}{'median':>9}{'least':>9}{'most':>9}"]
    print(table[0])
    for name in options.part or PARTS:
        for line in PARTS[name]():
            table.append(str(line).rstrip())
            print(line, flush=True)
    if options.write:
        _write(options.write, table)


def _write(page: Path, table: Sequence[str]) -> None:
    """Put the table in the place of the one that stands in a page, with the machine and the day."""
    before, _, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    where = f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {cpu_count()} cores of {_processor()}."
    block = "\n".join([_BEGIN, "", where, "", *(f"    {line}" for line in table), "", _END])
    page.write_text(f"{before}{block}{after}", encoding="utf-8")


def _processor() -> str:
    """The processor's name where the system tells it, else its kind."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


if __name__ == "__main__":
    main()
