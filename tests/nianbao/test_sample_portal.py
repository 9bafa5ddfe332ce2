import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from nianbao.portal.pages import report_page
from nianbao.portal.reports import SampleReport, sample_reports
from nianbao.portal.server import SamplePortal
from parsers.document.values import State
from parsers.form.model import form_of
from parsers.read import read
from parsers.report import Report, Status
from tests.seeds import needs_seeds, seed

REPORTS = list(sample_reports().values())
LOST = "applications/unavailable_not_held/total"


def _figures(report: SampleReport) -> dict[str, int]:
    """Every printed cell, as it was read from the report's text by hand."""
    cells = {}
    for row in form_of(2021).rows:
        if row.table == "disputes":
            values = [value for _, procedure in report.rows("disputes") for value in procedure]
        else:
            values = report.figures[row.key]
        cells |= dict(zip(row.cells, values, strict=False))
    return cells


def _agrees(read_report: Report, truth: SampleReport) -> None:
    expected = _figures(truth)
    printed = {key: cell.value for key, cell in read_report.cells.items() if cell.state is State.PRINTED}
    assert printed == expected
    lost = {key: cell.state for key, cell in read_report.cells.items() if cell.state is not State.PRINTED}
    assert lost == ({LOST: State.ABSENT} if len(expected) < 200 else {})
    assert read_report.status is (Status.UNCERTAIN if lost else Status.VERIFIED)
    assert (read_report.title, read_report.agency, read_report.year) == (truth.title, truth.agency, truth.year)
    assert sorted(read_report.chapters) == [1, 2, 3, 4, 5, 6]


@needs_seeds
@pytest.mark.parametrize("truth", REPORTS, ids=lambda report: report.seed[:3])
def test_the_real_text_gives_every_cell(truth: SampleReport) -> None:
    _agrees(read(seed(truth.seed[:3])), truth)


@needs_seeds
def test_a_print_foot_inside_a_sentence_leaves_no_trace() -> None:
    report = read(seed("002"))
    assert "组织电子政务室及相关科室" in report.chapters[1].text
    assert "public-report" not in "".join(chapter.text for chapter in report.chapters.values())
    assert report.printed_url == "https://nb.henan.gov.cn/zw/public-report/view/33923"
    assert report.printed_on == "2023-02-10"


@pytest.mark.parametrize("truth", REPORTS, ids=lambda report: str(report.id))
def test_the_page_gives_every_cell(truth: SampleReport) -> None:
    report = read(report_page(truth).encode())
    _agrees(report, truth)
    assert report.published == truth.published
    for number, paragraphs in truth.chapters.items():
        assert report.chapters[number].text == "\n".join(paragraphs)


@pytest.fixture
def portal() -> Iterator[SamplePortal]:
    with SamplePortal() as running:
        yield running


def test_the_server_answers_as_a_portal_does(portal: SamplePortal) -> None:
    for report in REPORTS:
        with urllib.request.urlopen(f"{portal.url}/zw/public-report/view/{report.id}") as page:
            assert report.title in page.read().decode()
    for path in ("/zw/public-report/view/20657", "/nowhere"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{portal.url}{path}")
    with urllib.request.urlopen(f"{portal.url}/robots.txt") as robots:
        assert robots.headers.get_content_type() == "text/plain"
    assert portal.requests[0] == f"/zw/public-report/view/{REPORTS[0].id}"
