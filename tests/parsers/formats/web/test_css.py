"""What a style means for reading."""

import pytest

from parsers.formats.web.css import PLAIN_LOOK, keeps_lines, look_of, pixels


def test_no_style_is_plain() -> None:
    assert look_of({}) is PLAIN_LOOK


@pytest.mark.parametrize(
    "style",
    [
        {"display": "none"},
        {"visibility": "hidden"},
        {"visibility": "collapse"},
        {"opacity": "0"},
        {"font-size": "0px"},
        {"left": "-9999px"},
        {"top": "-100em"},
        {"text-indent": "-1000.5px"},
    ],
)
def test_hidden(style: dict[str, str]) -> None:
    assert look_of(style).hidden


@pytest.mark.parametrize(
    "style",
    [
        {"display": "inline"},
        {"visibility": "visible"},
        {"opacity": "0.5"},
        {"font-size": "0.8em"},
        {"left": "-99px"},  # Two digits may be an overhang; three are beyond the page's edge.
        {"text-indent": "-2em"},
    ],
)
def test_not_hidden(style: dict[str, str]) -> None:
    assert not look_of(style).hidden


def test_blocks_stand_on_lines_of_their_own_and_others_apart_in_the_line() -> None:
    assert look_of({"display": "flex"}).block
    assert not look_of({"display": "inline-block"}).block
    assert look_of({"display": "inline-block"}).apart
    assert look_of({"float": "left"}).apart
    assert look_of({"position": "absolute"}).apart
    assert not look_of({"position": "relative"}).apart


def test_struck_and_raised() -> None:
    assert look_of({"text-decoration": "underline line-through"}).struck
    assert look_of({"text-decoration-line": "line-through"}).struck
    assert not look_of({"text-decoration": "underline"}).struck
    assert look_of({"vertical-align": "super"}).raised
    assert not look_of({"vertical-align": "middle"}).raised


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
