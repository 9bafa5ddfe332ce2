"""What a page shows below its article is no part of the last chapter."""

import pytest

from parsers.document.model import Block, Document, Paragraph
from parsers.form.model import form_of
from parsers.narrative.chapters import chapter_blocks, find_headings
from parsers.narrative.furniture import without_furniture


def lines(*texts: str) -> list[Block]:
    return [Paragraph(text, number) for number, text in enumerate(texts, start=1)]


@pytest.mark.parametrize(
    "line",
    [
        "访问量：1024", "浏览次数 35 次", "责任编辑：示例", "【打印】 【关闭】", "打印本页 | 关闭窗口",
        "上一篇：示例局2020年年报",
        "下一篇：没有了", "分享到： 微信 微博", "字号：大 中 小", "来源：示例县人民政府", "", "[ 大 中 小 ]",
        "返回顶部 ▲",
    ],
)  # fmt: skip
def test_furniture_is_no_text_of_a_chapter(line: str) -> None:
    assert [block.text for block in without_furniture(lines("无。", line)) if isinstance(block, Paragraph)] == ["无。"]


@pytest.mark.parametrize(
    "line",
    [
        "无", "示例县人民政府", "2022年1月20日", "打印、复印等费用0元。", "访问量较上年增长20%。",
        "收取信息处理费的情况：0元",
        "来源渠道有限，公开内容不够丰富。", "编辑力量不足", "返回修改3件",
    ],
)  # fmt: skip
def test_the_reports_own_lines_stay(line: str) -> None:
    assert len(without_furniture(lines(line))) == 1


def test_a_counter_that_rose_is_no_change_of_the_report() -> None:
    def last(counter: str) -> list[Block]:
        blocks = lines(
            "五、存在的主要问题及改进情况",
            "有待加强。",
            "六、其他需要报告的事项",
            "来源：自查。",
            "无。",
            counter,
            "打印 关闭",
        )
        document = Document(tuple(blocks), hard_wrapped=False)
        return chapter_blocks(document, find_headings(document, form_of(2021).chapters))[6]

    assert [block.text for block in last("访问量：7") if isinstance(block, Paragraph)] == ["来源：自查。", "无。"]
    assert last("访问量：7") == last("访问量：8")
