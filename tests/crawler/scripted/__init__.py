"""Sample portals that scripts make, with the real libraries: Vue routes behind ``#``, React under paths of its own.

``npm ci`` fetches the libraries, once a checkout.
"""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from parsers.formats.web.page import Page
from tests.crawler.hostile_portal import report_page, truth_of
from tests.crawler.hostile_server import Respond, page

_FOLDER = Path(__file__).parent
_LIBRARIES = {
    "vue.js": "vue/dist/vue.global.prod.js",
    "vue-router.js": "vue-router/dist/vue-router.global.prod.js",
    "react.js": "react/umd/react.production.min.js",
    "react-dom.js": "react-dom/umd/react-dom.production.min.js",
}
PER_PAGE = 3


@cache
def libraries() -> dict[str, bytes]:
    """The libraries; skips the test where they cannot be had."""
    npm = shutil.which("npm")
    if not (_FOLDER / "node_modules" / "react-dom").is_dir():
        if npm is None:
            pytest.skip("needs npm")
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=_FOLDER, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"needs npm's registry: {done.stderr.strip().splitlines()[-1:]}")
    return {name: (_FOLDER / "node_modules" / path).read_bytes() for name, path in _LIBRARIES.items()}


def needs_browser() -> None:
    """Skip the test where there is no browser."""
    pytest.importorskip("scrapy_playwright", reason="needs scrapy-playwright")
    if shutil.which("chromium") is None:
        pytest.skip("needs chromium")


class Scripted:
    """What a portal with these reports answers, by path; ``kind`` is vue or react."""

    def __init__(self, kind: str, numbers: list[int]) -> None:
        self._kind, self._numbers = kind, numbers
        self._libraries = libraries()

    def __call__(self, path: str) -> Respond:
        if path == "/robots.txt":
            return page(b"", status=404)
        if path.startswith("/lib/"):
            return page(self._libraries[path.removeprefix("/lib/")], media_type="text/javascript")
        if path == f"/{self._kind}.app.js":
            return page((_FOLDER / path[1:]).read_bytes(), media_type="text/javascript")
        if path.startswith("/api/"):
            return self._data(path)
        if self._kind == "react" or path == "/":
            return page((_FOLDER / f"{self._kind}.html").read_bytes())
        return page("页面不存在".encode(), status=404)

    def _data(self, path: str) -> Respond:
        kind, _, which = path.removeprefix("/api/").replace("?page=", "/").partition("/")
        number = int(which)
        if kind == "list":
            shown = self._numbers[(number - 1) * PER_PAGE : number * PER_PAGE]
            items = [{"id": one, "title": truth_of(one).title} for one in shown]
            content = {"items": items, "pages": -(-len(self._numbers) // PER_PAGE)}
        else:
            body = Page(report_page(number)).selector
            assert body is not None
            content = {"title": truth_of(number).title, "content": "".join(body.css("body > *").getall())}
        return page(json.dumps(content).encode(), media_type="application/json")
