"""What a style means for reading."""

import pytest

from parsers.formats.web.css import keeps_lines, pixels


@pytest.mark.parametrize(
    ("stated", "length"),
    [("12px", 12.0), ("9pt", 12.0), ("-1.5px", -1.5), (".5px", 0.5), ("0", 0.0), ("2em", None), ("auto", None)],
)
def test_lengths(stated: str, length: float | None) -> None:
    assert pixels({"left": stated}, "left") == length
    assert pixels({}, "left") is None


def test_line_ends_that_are_kept() -> None:
    assert keeps_lines({"white-space": "pre-wrap"})
    assert not keeps_lines({"white-space": "nowrap"})
