import pytest

from parsers.document.model import Document, Paragraph
from parsers.formats.print_marks import strip_print_marks

TITLE = "示例市信访局2021年政府信息公开工作年度报告"


def _strip(*lines: str) -> Document:
    return strip_print_marks(Document(tuple(Paragraph(text, n) for n, text in enumerate(lines, 1)), hard_wrapped=True))


@pytest.mark.parametrize("mark", ["- 3 -", "—3—", "第 3 页", "第3页 共5页", "2/5", f"2022/1/26 {TITLE}", "Page 2 of 5"])
def test_heads_feet_and_page_numbers_go(mark: str) -> None:
    assert [block.text for block in _strip("甲", mark, "乙").blocks if isinstance(block, Paragraph)] == ["甲", "乙"]


@pytest.mark.parametrize(
    "line", ["3", "0 0 0", "2022/1/26", "2022年1月26日", "http://www.example.cn/", "- 0 -", "2022/1/5 召开培训会"]
)
def test_what_may_be_content_stays(line: str) -> None:
    assert len(_strip("甲", line, "乙").blocks) == 3


def test_the_facts_of_a_print_are_kept() -> None:
    document = _strip(f"2022/1/26 15:30 {TITLE}", "https://nb.henan.gov.cn/zw/public-report/view/20659 2/3")
    assert document.printed_on == "2022-01-26"
    assert document.printed_url == "https://nb.henan.gov.cn/zw/public-report/view/20659"
    assert document.titles == (TITLE,)
