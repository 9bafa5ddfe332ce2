"""The worked example of docs/reading.md does what the guide says."""

from parsers.document.values import State
from parsers.read import read
from parsers.report import Status
from tests.sample_text import TITLE, report_text

RECEIVED = "一、本年新收政府信息公开申请数量 13 2 0 0 0 0 15"
HEAD = f"2022/1/26 {TITLE}"


def test_a_blank_and_a_page_number() -> None:
    report = read(report_text((RECEIVED, f"一、本年新收政府信息公开申请数量 13 2 0 0 0 15\n{HEAD}\n2")))
    cells = {code: report.cells[f"applications/received/{code}"] for code in ("natural_person", "company", "total")}
    assert [cell.value for cell in cells.values()] == [13, 2, 15]
    assert {cell.state for cell in cells.values()} == {State.PRINTED}
    uncertain = [key.rpartition("/")[2] for key, cell in report.cells.items() if cell.state is State.UNCERTAIN]
    assert uncertain == ["research_institute", "public_interest_org", "legal_services", "other_applicant"]
    reason = report.cells["applications/received/other_applicant"].reason
    assert str(reason) == "4 ways to place the values of the row fit"
    assert report.status is Status.UNCERTAIN


def test_a_total_cut_off_and_alone_on_its_line() -> None:
    report = read(report_text((RECEIVED, f"一、本年新收政府信息公开申请数量 13 2 0 0 0 0\n{HEAD}\n15")))
    assert report.cells["applications/received/total"].value == 15
    assert report.status is Status.VERIFIED


def test_the_sample_itself() -> None:
    report = read(report_text())
    assert report.status is Status.VERIFIED
    assert (report.title, report.agency, report.year) == (TITLE, "示例市信访局", 2021)
    assert report.chapters[6].text == "无其他事项。"
    assert report.cells["disclosure/normative_documents/in_force"].value == 40


def test_a_lost_row_is_absent_and_the_others_are_read() -> None:
    report = read(report_text(("2.重复申请 0 0 0 0 0 0 0\n", "")))
    lost = {key for key, cell in report.cells.items() if cell.state is State.ABSENT}
    assert lost == {key for key in report.cells if key.startswith("applications/declined_duplicate/")}
    assert report.status is Status.UNCERTAIN


def test_a_misprint_is_the_publishers_contradiction() -> None:
    report = read(report_text(("（七）总计 13 2 0 0 0 0 15", "（七）总计 13 2 0 0 0 0 16")))
    assert report.status is Status.INCONSISTENT
    broken = [(check.identity, check.scope, check.left, check.right) for check in report.checks if not check.holds]
    assert broken == [("balance", "total", 15, 16), ("outcomes", "total", 16, 15), ("applicants", "concluded", 16, 15)]
