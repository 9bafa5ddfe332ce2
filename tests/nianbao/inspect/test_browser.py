"""The picture in Chromium: pointing at a cell of the form shows where it stood, and the reverse."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from nianbao.inspect.draw import draw
from tests.factory.layouts import make_named
from tests.factory.sheet import sheet_of
from tests.factory.truth import draw_truth

sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="needs chromium"),
    pytest.mark.xdist_group("browser"),
]

KEY = "applications/concluded/total"


@pytest.fixture(params=["html", "pdf, ruled"])
def page(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    path, out = tmp_path / "report", tmp_path / "out.html"
    path.write_bytes(make_named(request.param).render(sheet_of(draw_truth(Random(3))), Random(1)))
    draw(str(path), out)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_page(viewport={"width": 1400, "height": 900})
        faults: list[str] = []
        opened.on("pageerror", lambda error: faults.append(str(error)))
        opened.goto(out.as_uri())
        yield opened
        assert not faults
        browser.close()


def test_pointing_at_a_cell_of_the_form_lights_its_place_and_a_click_goes_there(page: Any) -> None:
    cell, value = page.locator(f'[data-cell="{KEY}"]'), page.locator(f'#document [data-k="{KEY}"]').first
    cell.hover()
    assert "on" in value.get_attribute("class").split()
    assert page.locator("#card").inner_text().split("\n\n")[0] == KEY
    assert "（七）总计 · 总计" in page.locator("#card").inner_text()
    cell.click()
    page.wait_for_function(
        """key => {
          const { top, bottom } = document.querySelector(`#document [data-k="${key}"]`).getBoundingClientRect();
          return top >= 0 && bottom <= innerHeight;
        }""",
        arg=KEY,
    )
    page.keyboard.press("Escape")
    page.mouse.move(0, 0)
    assert page.locator(".on").count() == 0


def test_pointing_at_a_label_lights_all_cells_of_its_row(page: Any) -> None:
    page.locator("#document .label", has_text="concluded").last.hover()
    lit = {element.get_attribute("data-cell") for element in page.locator("#form td.on").all()}
    assert {key for key in lit if key.startswith("applications/concluded/")} == lit
    assert len(lit) == 7
