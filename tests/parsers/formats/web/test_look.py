"""What a style means for reading."""

import pytest

from parsers.formats.web.look import PLAIN_LOOK, look_of


def test_no_style_is_plain() -> None:
    assert look_of({}, "p") == PLAIN_LOOK


@pytest.mark.parametrize(
    "style",
    [
        {"display": "none"},
        {"visibility": "hidden"},
        {"visibility": "collapse"},
        {"opacity": "0"},
        {"font-size": "0px"},
        {"position": "absolute", "left": "-9999px"},
        {"position": "fixed", "top": "-100em"},
        {"text-indent": "-1000.5px"},
    ],
)
def test_hidden(style: dict[str, str]) -> None:
    look = look_of(style, "p")
    assert look.gone or not look.seen


@pytest.mark.parametrize(
    "style",
    [
        {"display": "inline"},
        {"visibility": "visible"},
        {"opacity": "0.5"},
        {"font-size": "0.8em"},
        {"position": "absolute", "left": "-99px"},  # Two digits may be an overhang; three are beyond the page's edge.
        {"text-indent": "-2em"},
    ],
)
def test_not_hidden(style: dict[str, str]) -> None:
    look = look_of(style, "p")
    assert (look.gone, look.seen) == (False, True)


def test_blocks_stand_on_lines_of_their_own_and_others_apart_in_the_line() -> None:
    assert look_of({"display": "flex"}, "i").block
    assert not look_of({"display": "inline-block"}, "i").block
    assert look_of({"display": "inline-block"}, "i").apart
    assert look_of({"float": "left"}, "i").apart
    assert look_of({"position": "absolute"}, "i").apart
    assert not look_of({"position": "relative"}, "i").apart


def test_struck_and_raised() -> None:
    assert look_of({"text-decoration": "underline line-through"}, "i").ink.struck
    assert look_of({"text-decoration-line": "line-through"}, "i").ink.struck
    assert not look_of({"text-decoration": "underline"}, "i").ink.struck
    assert look_of({"vertical-align": "super"}, "i").ink.raised
    assert not look_of({"vertical-align": "middle"}, "i").ink.raised
