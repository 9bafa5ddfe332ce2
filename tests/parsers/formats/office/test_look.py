"""How marks look to a person: what is seen, what is set apart, what is not certain."""

import pytest

from parsers.formats.office.look import (
    NO_COLOUR,
    NUMBERED,
    REVERSED,
    SYMBOLS,
    UNCLEAR,
    UNKNOWN_COLOUR,
    UNSEEN,
    WHITE,
    Marks,
    as_seen,
    is_symbol_font,
    mixed,
)

BLACK, BLUE = 0x000000, 0x1F4E79


def seen(*pieces: tuple[str, Marks]) -> str:
    return as_seen([("24461", Marks()), *pieces])


@pytest.mark.parametrize(
    ("marks", "text"),
    [
        (Marks(hidden=True), "24461"),
        (Marks(colour=WHITE), f"24461 {UNSEEN}"),
        (Marks(colour=WHITE, paper=BLUE), "244617"),
        (Marks(colour=WHITE, paper=BLUE, shade=WHITE), f"24461 {UNSEEN}"),
        (Marks(colour=WHITE, highlight=BLACK, shade=WHITE), "244617"),
        (Marks(colour=BLUE, paper=BLUE), f"24461 {UNSEEN}"),
        (Marks(colour=BLUE, paper=BLUE, shade=NO_COLOUR), f"24461 {UNSEEN}"),
        (Marks(colour=NO_COLOUR, paper=BLACK), "244617"),
        (Marks(colour=0xFEFEFE), f"24461 {UNSEEN}"),
        (Marks(colour=0xE8E8E8), f"244617{UNCLEAR}"),
        (Marks(colour=0xBFBFBF), "244617"),
        (Marks(colour=0xFFFF00), "244617"),
        (Marks(colour=WHITE, paper=UNKNOWN_COLOUR), f"244617{UNCLEAR}"),
        (Marks(colour=BLACK, paper=UNKNOWN_COLOUR), "244617"),
        (Marks(colour=WHITE, effect=True), f"244617{UNCLEAR}"),
        (Marks(size=2), f"24461{UNSEEN}"),
        (Marks(size=7), f"244617{UNCLEAR}{UNCLEAR}"),
        (Marks(scale=1), f"244617{UNCLEAR}"),
        (Marks(spacing=-12), f"244617{UNCLEAR}"),
        (Marks(room=2), f"244617{UNCLEAR}"),
        (Marks(left=-2000), f"244617{UNCLEAR}"),
        (Marks(left=420, first=-420), "244617"),
        (Marks(unclear=True), f"244617{UNCLEAR}"),
        (Marks(symbols=True), f"24461{SYMBOLS}"),
        (Marks(raised=True), "24461⁷"),
        (Marks(shift=10, size=12), "24461⁷"),
        (Marks(shift=-10), "24461⁷"),
        (Marks(shift=1), "244617"),
        (Marks(struck=True), "244617\u0336"),
        (Marks(struck_twice=True), "244617\u0336"),
        (Marks(size=12), f"244617{UNCLEAR}"),
        (Marks(size=18), "244617"),
    ],
)
def test_what_is_seen_of_a_digit_behind_a_figure(marks: Marks, text: str) -> None:
    assert seen(("7", marks)) == text


def test_what_is_moved_as_a_whole_is_not_raised() -> None:
    assert as_seen([("244", Marks(shift=6)), ("61", Marks(shift=6))]) == "24461"


def test_what_is_not_seen_within_a_figure_leaves_a_gap() -> None:
    assert as_seen([("24", Marks()), ("0", Marks(colour=WHITE)), ("61", Marks())]) == f"24 {UNSEEN}61"
    assert as_seen([("24", Marks()), ("0", Marks(hidden=True)), ("61", Marks())]) == "2461"


def test_white_space_and_signs_have_no_look() -> None:
    assert seen((" ", Marks(symbols=True, size=2, colour=0xE8E8E8))) == "24461"
    assert as_seen([(NUMBERED, Marks(struck=True, colour=WHITE)), ("", Marks(symbols=True))]) == NUMBERED
    assert as_seen([(NUMBERED, Marks(hidden=True))]) == ""


def test_characters_that_a_symbol_font_has_not_are_shown_in_another() -> None:
    assert as_seen([("共l件", Marks(symbols=True))]) == f"共件{SYMBOLS}"
    assert is_symbol_font("Wingdings 2")
    assert not is_symbol_font("Symbol")


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        ([("24461", True)], "24461"),
        ([("24", True), ("461", True)], "24461"),
        ([("24", False), ("461", True)], f"24461{REVERSED}"),
        ([("-24461", True)], f"-24461{REVERSED}"),
        ([("\u202e16442\u202c", False)], "24461"),
        ([("\u202d24461\u202c", False)], "\u202d24461\u202c"),
        ([("\u202b-24461\u202c", False)], f"\u202b-24461\u202c{REVERSED}"),
    ],
)
def test_numbers_keep_their_order_and_what_stands_beside_them_does_not(
    pieces: list[tuple[str, bool]], text: str
) -> None:
    assert as_seen([(held, Marks(reversed=way)) for held, way in pieces]) == text


def test_marks_lie_over_those_below() -> None:
    assert Marks(struck=False, size=21).over(Marks(struck=True, colour=BLUE)) == Marks(
        struck=False, size=21, colour=BLUE
    )


def test_a_pattern_is_a_colour_between_its_two() -> None:
    assert mixed(NO_COLOUR, NO_COLOUR, 0.5) == 0x808080
    assert mixed(0xFF0000, 0x0000FF, 1) == 0xFF0000
    assert mixed(UNKNOWN_COLOUR, WHITE, 0.5) == UNKNOWN_COLOUR
