"""No input costs much more than its length: each is doubled, and the lines of Python that reading runs are counted."""

from collections.abc import Callable, Iterator
from functools import cache
from math import log2
from random import Random

import pytest

from parsers.alignment.shapes import MEMORY
from parsers.read import inspect
from tests.effort import lines
from tests.factory import html, texts
from tests.factory.sheet import sheet_of
from tests.factory.truth import draw_truth

# A sorted list costs 1.1; what is done once for each pair costs 2.
MOST = 1.3
_CONTENTS = "<p>一、总体情况</p><p>二、主动公开政府信息情况</p><p>三、收到和处理政府信息公开申请情况</p>"
_SHEET = sheet_of(draw_truth(Random(0), 2021))
PAGE = html.plain_page(_SHEET, Random(0)).decode()
TEXT = texts.close_lines(_SHEET, Random(0)).decode()
TABBED = texts.tabbed(_SHEET, Random(0)).decode()
TABLES = PAGE[PAGE.index("<table") : PAGE.rindex("</table>")] + "</table>"


def at_end(part: str) -> str:
    return PAGE.replace("</body>", f"{part}</body>")


def at_start(part: str) -> str:
    return PAGE.replace("<p>一、", f"{part}<p>一、", 1)


def styled(rules: str) -> str:
    return PAGE.replace("</head>", f"<style>{rules}</style></head>")


def among_tables(part: str) -> str:
    """The text with a part between the tables of its second and third chapter."""
    return TEXT.replace("\n三、", f"\n{part}\n三、", 1)


# How often, and the input with so many.
HOSTILE: dict[str, tuple[int, Callable[[int], str]]] = {
    "numbers alone on their lines": (120, lambda n: among_tables("\n".join(str(i % 97 + 1) for i in range(n)))),
    "numbers far apart": (30, lambda n: among_tables("\n\n\n\n\n\n\n\n7" * n)),
    "numbers beside form feeds": (100, lambda n: among_tables("\f\n3\n" * n)),
    "a report again and again": (4, lambda n: "\n".join([TABBED] * n)),
    "tables of the form again and again": (3, lambda n: at_end(TABLES * n)),
    "rows of numbers": (60, lambda n: TABBED + "\n" + "1\t2\t3\t4\t5\t6\n" * n),
    "rows set by blanks": (100, lambda n: f"{TEXT}\n" + "甲乙丙    1    2    3    4\n" * n),
    "rows set by bars": (100, lambda n: "| a | 1 | 2 |\n" * n + TEXT),
    "a cell a line": (300, lambda n: f"{TEXT}\n" + "0\n" * n),
    "blank lines": (500, lambda n: TEXT + "\n" * n + "5\n"),
    "labels again and again": (100, lambda n: f"{TEXT}\n" + "规章 1 2 3\n行政规范性文件 3 4 5\n" * n),
    "the same heading": (250, lambda n: at_start("<p>一、总体情况</p>" * n)),
    "a list of contents": (100, lambda n: at_start(_CONTENTS * n)),
    "titles": (200, lambda n: at_start("<p>某局2021年政府信息公开工作年度报告</p>" * n)),
    "breadcrumbs": (200, lambda n: at_start("<p>当前位置：首页 > 某局 > 公开</p>" * n)),
    "sentences with figures": (50, lambda n: at_start("<p>共受理政府信息公开申请5件，予以公开3件。</p>" * n)),
    "elements in elements": (150, lambda n: at_end("<div>" * n + "5" + "</div>" * n)),
    "elements beside elements": (300, lambda n: at_end("<div>甲</div>" * n)),
    "figures in pieces": (500, lambda n: at_end("<p>" + "<span>5</span>" * n + "</p>")),
    "tables in tables": (50, lambda n: at_end("<table><tr><td>" * n + "1" + "</td></tr></table>" * n)),
    "many tables": (60, lambda n: at_end("<table><tr><td>1</td><td>2</td></tr></table>" * n)),
    "cells that span many rows": (100, lambda n: at_end(f"<table>{'<tr><td rowspan=50>1</td></tr>' * n}</table>")),
    "rows of elements": (60, lambda n: at_end(f"<div>{'<div><b>1</b><b>2</b><b>3</b></div>' * n}</div>")),
    "rules for every cell": (20, lambda n: styled("".join(f"tr td{{color:#{i:06x}}}" for i in range(n)))),
    "scripts that write": (300, lambda n: at_end(f"<script>{'x.innerHTML=y;' * n}</script>")),
}  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def without_memory() -> Iterator[None]:
    MEMORY.is_on = False
    yield
    MEMORY.is_on = True


@cache
def cost(text: str) -> int:
    """How many lines of Python it takes to read a text, once what is read only once is there."""
    return lines(lambda: inspect(text.encode()))


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_twice_as_long_costs_about_twice_as_much(name: str) -> None:
    count, made = HOSTILE[name]
    inspect(made(1).encode())
    none, once, twice = (cost(made(times * count)) for times in (0, 1, 2))
    assert log2((twice - none) / max(once - none, 1)) < MOST
