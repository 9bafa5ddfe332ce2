from dataclasses import dataclass
from typing import Literal

import pytest

from parsers.declarations import DeclarationError, parse


@dataclass(frozen=True, slots=True)
class Thing:
    zh: str
    kind: Literal["town", "zone"] = "town"
    also: tuple[str, ...] = ()
    share: tuple[str, str] | None = None
    ended: int | None = None
    least: float | None = None
    allowed: tuple[str | int, ...] = ()

    def __post_init__(self) -> None:
        if self.ended == 0:
            raise ValueError("there is no year 0")


@dataclass(frozen=True, slots=True)
class Reference:
    see: str


@dataclass(frozen=True, slots=True)
class Things:
    things: dict[str, Reference | Thing]
    names: dict[int, str]


def wrong(text: str) -> str:
    with pytest.raises(DeclarationError) as raised:
        parse(text, Things, "things.yaml")
    return str(raised.value)


def test_a_file_is_read_as_it_is_written() -> None:
    text = (
        "things: {a: {zh: 甲, also: [乙], share: [x, y], least: 0, allowed: [1, b]}, b: {see: a}}\nnames: {1: 410000}"
    )
    thing = Thing("甲", also=("乙",), share=("x", "y"), least=0, allowed=(1, "b"))
    found = parse(text, Things, "things.yaml")
    assert found == Things({"a": thing, "b": Reference("a")}, {1: "410000"})
    assert type(found.things["a"].least) is int
    assert parse("# nothing yet", tuple[Thing, ...], "things.yaml") == ()


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("also: 乙", "line 3: things.a.also: '乙' is not a list"),
        ("also: [乙, [丙]]", "line 3: things.a.also.1: ['丙'] is not text"),
        ("als: [乙]", "line 2: things.a: has no field als"),
        ("share: [x]", "line 3: things.a.share: ['x'] has not 2 items"),
        ("kind: city", "line 3: things.a.kind: 'city' is not one of town, zone"),
        ("ended: '2019'", "line 3: things.a.ended: '2019' is not a whole number"),
        ("ended: true", "line 3: things.a.ended: True is not a whole number"),
        ("least: few", "line 3: things.a.least: 'few' is not a number"),
        ("allowed: [1.5]", "line 3: things.a.allowed.0: 1.5 is not text"),
        ("ended: 0", "line 2: things.a: there is no year 0"),
    ],
)
def test_a_wrong_field_is_told_with_its_line_and_place(field: str, said: str) -> None:
    assert wrong(f"things:\n  a: {{zh: 甲,\n    {field}}}\nnames: {{}}") == f"things.yaml: {said}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("things:\n  a: {}\nnames: {}", "line 2: things.a: lacks zh"),
        ("things: {}", "line 1: lacks names"),
        ("things: {}\nnames: {a: b}", "line 2: names.a: 'a' is not a whole number"),
        ("things: {}\nnames: [a]", "line 2: names: ['a'] is not a mapping"),
        ("- 1", "line 1: [1] is not a mapping"),
        ("", "line 1: None is not a mapping"),
        ("things: {}\nnames: {", "line 3: did not find expected node content"),
    ],
)
def test_a_wrong_file_is_told_in_one_line(text: str, said: str) -> None:
    assert wrong(text) == f"things.yaml: {said}"
