"""Numbers as Excel shows them in these formats."""

import pytest

from parsers.formats.sheets.number_formats import is_day, shown_number, shown_text

ACCOUNTS = '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"??_ ;_ @_ '


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (24461.0, "General", "24461"),
        (24461.0, "", "24461"),
        (0.5, "General", "0.5"),
        (-3.0, "General", "-3"),
        (24461.0, "0", "24461"),
        (24461.0, "0_ ", "24461"),
        (24461.0, "0_);(0)", "24461"),
        (24461.0, "#,##0", "24,461"),
        (24461.6, "0", "24462"),
        (2.5, "0", "3"),
        (12.5, "0.00", "12.50"),
        (12.0, "0.##", "12."),
        (0.0, "#,##0.00", "0.00"),
        (0.0, "#", ""),
        (5.0, "000", "005"),
        (5.0, '0"件"', "5件"),
        (5.0, "[Red]0", "5"),
        (5.0, "[$-804]0", "5"),
        (24461.0, "0,", "24"),
        (0.12, "0%", "12%"),
        (0.0, ACCOUNTS, "-"),
        (7.0, ACCOUNTS, "7"),
        (-1234.0, ACCOUNTS, "-1,234"),
        (7.0, ";;;", ""),
        (0.0, "0;-0;", ""),
        (-7.0, "0;0", "7"),
        (7.0, "G/通用格式", "7"),
        (7.0, "@", "7"),
    ],
)
def test_a_number_is_what_its_format_shows(value: float, code: str, text: str) -> None:
    assert shown_number(value, code) == (text, True)


@pytest.mark.parametrize("code", ["[>100]0;0.0", "# ?/?", "0.00E+00", "[DBNum1]0"])
def test_a_format_that_is_not_understood_is_not_certain(code: str) -> None:
    assert not shown_number(24461.0, code).known


@pytest.mark.parametrize(("code", "day"), [("yyyy\\-m\\-d", True), ("[h]:mm", True), ('0"day"', False), ("0", False)])
def test_days_are_told_from_numbers(code: str, day: bool) -> None:
    assert is_day(code) is day


def test_a_format_may_hide_a_text() -> None:
    assert shown_text("a", "0;0;0;") == ""
    assert shown_text("a", "@") == "a"
    assert shown_text("a", ACCOUNTS).strip() == "a"
