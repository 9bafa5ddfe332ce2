import pytest

from parsers.narrative.title import find_title, read_title


@pytest.mark.parametrize(
    ("text", "agency", "year"),
    [
        ("卫辉市信访局2021年政府信息公开工作年度报告", "卫辉市信访局", 2021),
        ("2019年上海市人民政府办公厅政府信息公开工作年度报告", "上海市人民政府办公厅", 2019),
        ("示例市财政局关于2022年度政府信息公开工作的年度报告", "示例市财政局", 2022),
        ("示例县人民政府2020年度政府信息公开工作报告", "示例县人民政府", 2020),
        ("示例县人民政府政府信息公开工作年度报告（2023年）", "示例县人民政府", 2023),
        ("《示例镇2021年政府信息公开年报》", "示例镇", 2021),
        ("示例区政府办二〇二一年政府信息公开工作年度报告", "示例区政府办", 2021),
        ("关于示例局2021年政府信息公开工作年度报告", "示例局", 2021),
    ],
)
def test_agency_and_year(text: str, agency: str, year: int) -> None:
    title = read_title(text)
    assert title is not None
    assert (title.agency, title.year) == (agency, year)


@pytest.mark.parametrize(
    "text",
    [
        "现公布示例区2022年政府信息公开工作年度报告。",
        "首页>政府信息公开年报",
        "一、总体情况",
        "政府信息公开工作情况",
        "二、政府信息公开年报",
    ],
)
def test_sentences_and_menus_are_no_titles(text: str) -> None:
    assert read_title(text) is None


def test_a_title_wrapped_over_two_lines() -> None:
    title = find_title(["首页", "示例市人民政府办公室2021年政府信息公开工作", "年度报告", "根据条例编制。"], [])
    assert title is not None
    assert (title.agency, title.year, title.lines) == ("示例市人民政府办公室", 2021, (1, 2))


def test_an_agency_on_the_line_above_its_title() -> None:
    title = find_title(["示例市档案局", "2021年政府信息公开工作年度报告"], [])
    assert title is not None
    assert (title.agency, title.year) == ("示例市档案局", 2021)


def test_a_site_name_behind_a_stated_title_is_left_out() -> None:
    title = find_title([], ["示例局2021年政府信息公开工作年度报告 - 示例市人民政府网"])
    assert title is not None
    assert title.text == "示例局2021年政府信息公开工作年度报告"
