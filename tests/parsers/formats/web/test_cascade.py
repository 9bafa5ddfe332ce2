"""Style sheets decide what is shown: each made-up page says what is seen of it."""

import pytest

from parsers.document.model import TooLarge
from parsers.formats.web.cascade import Cascade
from parsers.formats.web.html import read_html
from parsers.formats.web.page import Page
from parsers.formats.web.stylesheets import holds

# A cell that is shown as 24461: the 7 is for no one to see.
CELL = "<div class=t><b>2</b><b>4</b><i class=x data-v-7f>7</i><b>4</b><u>6</u><b>1</b></div>"


def shown(sheet: str, markup: str, attributes: str = "") -> list[str]:
    """The paragraphs that are seen of a page with a style sheet."""
    document = read_html(Page.of_text(f"<style{attributes}>{sheet}</style><body>{markup}</body>"))
    return [block.text for block in document.blocks if hasattr(block, "text")]


@pytest.mark.parametrize(
    "sheet",
    [
        ".x { display: none }",
        "i[data-v-7f] { display: none }",
        '[data-v-7f][class="x"] { display: none }',
        "[class^=x] { display: none }",
        ".t > i { display: none }",
        "b + i { display: none }",
        "b ~ i { display: none }",
        ".t :not(b):not(u) { display: none }",
        ".t > :nth-child(3) { display: none }",
        "i:nth-of-type(2n+1) { display: none }",
        ".t > :nth-last-child(4) { display: none }",
        "div:has(u) > i { display: none }",
        ":is(em, i) { display: none }",
        "u, i { display: none } u { display: inline }",
        "I.x { DISPLAY: NONE }",
        "i { display: inline } .x { display: none }",
        ".x { display: none } i { display: inline }",
        "#no, .x { display: none }",
        "i { display: none !important } i.x { display: inline }",
        ".x { display: none; display: block\\9 }",
        ".x { *zoom: 1; display: none }",
        ".x { dis\\70lay: none }",
        "\\.x { } .\\78  { display: none }",
        ".x { background: url(a;}b) } .x { display: none }",
        ".x { content: '}' ; display: none }",
        "/* } */ .x /* { */ { /* ; */ display /**/ : none }",
        "<!-- .x { display: none } -->",
        "@charset 'utf-8'; @import url(a.css); .x { display: none }",
        "@font-face { font-family: a } .x { display: none }",
        "@media screen { .x { display: none } }",
        "@media screen { @supports (display: grid) { .x { display: none } } }",
        "@layer a, b; @layer a { .x { display: none } }",
        ".x { display: none",
    ],
)
def test_a_figure_that_is_hidden_from_the_eye_is_not_counted(sheet: str) -> None:
    assert shown(sheet, CELL) == ["24461"]


@pytest.mark.parametrize(
    "sheet",
    [
        "body > i { display: none }",
        ".t + i { display: none }",
        "u ~ i { display: none }",
        "b:not(.x) > i { display: none }",
        ".t > :nth-child(2n) > i { display: none }",
        "[data-v-8a] { display: none }",
        "i:hover { display: none }",
        "i::after { display: none }",
        "i:unknown, .x { display: none }",
        ".x { display: none } /* .x { */ i.x { display: inline } /* } */",
        "/* .x { display: none } ",
        ".x { -ms-display: none; display-x: none; '' }",
        "@media print { .x { display: none } }",
        "@media print { .a { color: red } .x { display: none } }",
        "@font-face { .x { display: none } }",
        "@media print { @media screen { .x { display: none } } }",
        "} .x { display: none }",
        ".x { display: none } i.x { display: inline }",
        "#a .x { display: none } .x { display: inline !important }",
        "i.x { display: none } .t i.x { display: inline } .x { display: none }",
    ],
)
def test_a_figure_that_is_seen_is_counted(sheet: str) -> None:
    assert shown(sheet, CELL) == ["247461"]


def test_an_elements_own_style_outweighs_the_sheets_but_for_what_is_important() -> None:
    sheet = "#a { display: none } #b { display: none !important } #c { display: none !important }"
    markup = "".join(
        f"<p id={name} style='display: block{important}'>{name}</p>"
        for name, important in (("a", ""), ("b", ""), ("c", " !important"))
    )
    assert shown(sheet, markup) == ["a", "c"]


@pytest.mark.parametrize(
    ("media", "is_screen"),
    [
        ("", True),
        ("all", True),
        ("screen", True),
        ("SCREEN", True),
        ("only screen and (min-width: 768px)", True),
        ("print, screen", True),
        ("(max-width: 600px), (min-width: 1000px)", True),
        ("not print", True),
        ("print", False),
        ("speech", False),
        ("not screen", False),
        ("screen and (max-width: 600px)", False),
        ("only screen and (max-device-width: 480px)", False),
        ("(min-width: 100em)", False),
        ("(max-width: 80em)", True),
        ("(width <= 600px)", False),
        ("(width > 600px)", True),
        ("(400px <= width <= 700px)", False),
        ("(400px <= width)", True),
        ("(prefers-color-scheme: dark)", False),
        ("(prefers-color-scheme: light)", True),
        ("screen and (orientation: portrait)", False),
        ("(hover: none) and (pointer: coarse)", False),
    ],
)
def test_media_are_those_of_a_wide_screen(media: str, is_screen: bool) -> None:
    assert holds(media) is is_screen
    assert shown(f"@media {media} {{ .x {{ display: none }} }}", CELL) == ["24461" if is_screen else "247461"]
    assert shown(".x { display: none }", CELL, f' media="{media}"') == ["24461" if is_screen else "247461"]


def test_a_template_and_a_style_for_want_of_scripts_are_no_style_sheets() -> None:
    for element in ("noscript", "template"):
        markup = f"<{element}><style>.x {{ display: none }}</style></{element}>{CELL}"
        assert shown("", markup) == ["247461"]
    assert shown(".x { display: none }", CELL, " type=text/less") == ["247461"]


def test_what_struck_raised_and_set_apart_look_like() -> None:
    sheet = ".s { text-decoration: red line-through } .r { vertical-align: super } .a { float: right }"
    assert shown(sheet, "<p>13<i class=s>9</i>") == ["13~~9~~"]
    assert shown(sheet, "<p>13<i class=r>9</i>") == ["13⁹"]
    assert shown(sheet, "<p>13<i class=a>9</i>") == ["13 9"]


def test_the_style_of_an_element_is_what_was_declared_last_and_strongest() -> None:
    page = Page(
        b"<style>p { left: 1PX; top:  2px } .a { left: 3px } p { left: 4px }</style><p class=a style='top: 5px'>"
    )
    assert page.selector is not None
    look = Cascade(page.selector).look(page.selector.css("p")[0].root)
    assert look.style == {"left": "3px", "top": "5px"}


def test_siblings_and_ancestors_without_number() -> None:
    """cssselect2 alone would follow 2,000 of them by recursion, and fail."""
    rows = "<p>1</p>" * 2_000 + "<p class=last>2</p>"
    assert len(shown("p ~ .last { display: none }", rows)) == 2_000
    assert shown("div .last { display: none }", "<div>" * 1_500 + "<p>1</p><p class=last>2</p>") == ["1"]


TOO_MUCH = {
    "40,000 rules": "".join(f"p:not(.a{n}) {{ left: 1px }}" for n in range(40_000)),
    "40,000 rules of colour": "".join(f"p {{ color: #{n:06x} }}" for n in range(40_000)),
    "40,000 rules of classes": "".join(f".c{n % 100}.c{n // 400} {{ left: 1px }}" for n in range(40_000)),
    "10,001 selectors": ",".join(["p"] * 10_001) + "{ left: 1px }",
    "4,000 rules for each element": "".join(f"p {{ left: {n}px }}" for n in range(4_000)),
    "what elements hold": "".join(f"div:has(.a{n}) p {{ left: 1px }}" for n in range(2_000)),
    "siblings of siblings": "".join(f"p ~ p:nth-of-type({n}) {{ left: 1px }}" for n in range(2_000)),
    "one long comment": "/* width */" * 400_000,
}
LITTLE = {
    "40,000 rules of borders": "".join(f"p {{ border-color: #{n:06x} }}" for n in range(40_000)),
    "40,000 rules for others": "".join(f".a{n} .b{n} p {{ display: none }}" for n in range(40_000)),
    "8,000 rules of classes": "".join(f".c{n} {{ left: {n}px }}" for n in range(8_000)),
    "an endless selector": ("div " * 3_000) + "p { display: none }",
    "nested negations": "p" + ":not(" * 5_000 + "a" + ")" * 5_000 + "{ display: none }",
    "nested values": "p { left: " + "(" * 100_000 + " }",
    "semicolons": " " * 900_000 + "x" + ";" * 900_000 + "width",
    "comments": "a/**/" * 300_000 + "width",
    "quotation marks": "'\n" * 900_000 + "width",
}
MANY = "<div>" + "".join(f"<p class=c{n}>1</p>" for n in range(600))


@pytest.mark.parametrize("sheet", TOO_MUCH.values(), ids=TOO_MUCH)
def test_more_style_than_any_page_has_is_refused(sheet: str) -> None:
    with pytest.raises(TooLarge, match=r"^too much style: "):
        shown(sheet, MANY)


@pytest.mark.parametrize("sheet", LITTLE.values(), ids=LITTLE)
def test_long_sheets_that_bear_on_little_are_read(sheet: str) -> None:
    assert shown(sheet, MANY) == ["1"] * 600
