"""A stream in, the places of the form's labels out."""

from parsers.alignment.labels import entries_of, find_labels
from parsers.alignment.tokens import tokenize
from parsers.document.model import Paragraph
from parsers.form.model import form_of

ENTRIES = entries_of(form_of(2021))


def found(*lines: str) -> list[tuple[str, str]]:
    """What is found: the code of the row (a heading's text for a heading), and the words that are taken for it."""
    stream = tokenize([Paragraph(line, number) for number, line in enumerate(lines, start=1)])
    labels = []
    for label in find_labels(stream, ENTRIES):
        entry = ENTRIES[label.entry]
        labels.append((entry.row.code if entry.row else entry.keys[0], stream.text[label.start : label.end]))
    return labels


def test_entries_are_headings_and_rows_as_printed() -> None:
    names = [entry.row.code if entry.row else entry.keys[0] for entry in ENTRIES]
    assert names[:6] == [
        "主动公开政府信息情况",
        "第二十条第一项",
        "regulations",
        "normative_documents",
        "第二十条第五项",
        "licensing",
    ]
    assert names[-3:] == ["carried_out", "政府信息公开行政复议行政诉讼情况", "disputes"]


def test_labels_are_found_whatever_stands_between_them() -> None:
    assert found("规章 1 2 3", "行政规范性文件 4 5 6", "示例", "行政许可 7") == [
        ("regulations", "规章"),
        ("normative_documents", "行政规范性文件"),
        ("licensing", "行政许可"),
    ]


def test_a_label_broken_over_lines_is_one() -> None:
    assert found("3.补正后申请内", "容仍不明确 0 0 0 0 0 0 0") == [("unavailable_unclear", "3补正后申请内容仍不明确")]


def test_a_label_counts_with_or_without_its_ordinal_and_explanation() -> None:
    assert found("予以公开 1", "（二）部分公开 2", "不予公开 属于国家秘密 3") == [
        ("granted", "予以公开"),
        ("partly_granted", "二部分公开"),
        ("refused_state_secret", "属于国家秘密"),
    ]


def test_of_a_label_named_in_advance_and_the_row_the_row_counts() -> None:
    labels = found("行政许可 行政处罚 行政强制", "规章 0 0 0", "行政许可 1", "行政处罚 2", "行政强制 3")
    assert labels == [
        ("regulations", "规章"),
        ("licensing", "行政许可"),
        ("penalties", "行政处罚"),
        ("coercive_measures", "行政强制"),
    ]


def test_a_row_that_is_printed_twice_is_found_twice() -> None:
    assert [code for code, _ in found("行政许可 1", "行政处罚 2", "行政许可 1", "行政强制 3")].count("licensing") == 2


def test_a_row_out_of_the_forms_order_is_found() -> None:
    codes = [code for code, _ in found("规章 0 0 0", "行政处罚 2", "行政许可 1", "行政强制 3")]
    assert codes == ["regulations", "penalties", "licensing", "coercive_measures"]


def test_a_worn_label_is_found_between_its_neighbours() -> None:
    assert found("行政处罚 2", "行政强剧 3", "行政事业性收费 0")[1] == ("coercive_measures", "行政强剧")
    assert ("declined_petition", "1信访举报投拆类串请") in found(
        "3.补正后申请内容仍不明确 0", "1.信访举报投拆类串请 0", "2.重复申请 0"
    )


def test_a_worn_label_elsewhere_is_not_found() -> None:
    assert found("行政强剧 3", "规章 0 0 0", "行政处罚 2") == [("regulations", "规章"), ("penalties", "行政处罚")]


def test_the_label_of_a_group_is_no_worn_label_of_a_row() -> None:
    codes = [code for code, _ in found("（二）部分公开 0", "（三）不予公开", "1.属于国家秘密 0")]
    assert codes == ["partly_granted", "refused_state_secret"]


def test_a_document_of_something_else_has_none() -> None:
    assert found("示例县今年召开会议3次", "出席人数120") == []
    assert found() == []


def test_rows_of_another_edition_come_before_those_of_their_group() -> None:
    (other,) = [row for row in form_of(2019).rows if row.code == "other_handling"]
    codes = [entry.row.code for entry in entries_of(form_of(2021), [other]) if entry.row]
    assert codes[codes.index("other_handling") - 1 :][:3] == [
        "declined_reconfirmation",
        "other_handling",
        "other_not_corrected",
    ]
