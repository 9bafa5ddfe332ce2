"""A second sample portal: lists of articles, three a page, newest first, as many Chinese sites are made.

Its agencies, figures and prose are made up. Two of its reports are files, one PDF and one DOCX.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files

from nianbao.portal.pages import EDITION, missing_page, page, report_body
from nianbao.portal.reports import SampleReport
from nianbao.portal.server import Answer, SamplePortal, html_answer
from parsers.declarations import declared
from parsers.form.model import form_of

YEAR = 2021
PER_PAGE = 3
LIST = "/col/col1234/"
_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_SAMPLE = "本页属于 nianbao 的第二个示例门户：机关、数字和文字均系虚构。"
_PROSE: dict[int, tuple[str, ...]] = {1: (_SAMPLE,), 5: ("示例机关将继续改进工作。",), 6: ("无其他需要报告的事项。",)}


@dataclass(frozen=True, slots=True)
class Article:
    """An article; one with an ``agency`` is its report on the year, in a ``file`` of that kind if there is one."""

    number: int
    published: str
    agency: str = ""
    title: str = ""
    received: int = 0
    file: str = ""

    @property
    def heading(self) -> str:
        """What it is headed with."""
        return self.title or f"{self.agency}{YEAR}年政府信息公开工作年度报告"

    @property
    def path(self) -> str:
        """The path of its page."""
        year, month, day = map(int, self.published.split("-"))
        return f"/art/{year}/{month}/{day}/art_1234_{self.number}.html"

    @property
    def file_path(self) -> str:
        """The path of its file."""
        return f"/attach/{self.number}.{self.file}"


class ArticlePortal(SamplePortal):
    """Serves while the context lasts; ``shown`` says how many of its articles have been published so far."""

    def __init__(self, port: int = 0, shown: int | None = None) -> None:
        self.shown = len(articles()) if shown is None else shown
        super().__init__(port, self._answer)

    def _answer(self, path: str) -> Answer:
        shown = articles()[: self.shown]
        pages = {**_lists(shown), **{article.path: _article_page(article) for article in shown}}
        attached = next((article for article in shown if article.file and article.file_path == path), None)
        if attached:
            return 200, _TYPES[attached.file], file_of(attached)
        return html_answer(200, pages[path]) if path in pages else html_answer(404, missing_page())


@cache
def articles() -> tuple[Article, ...]:
    """All articles, oldest first."""
    return declared(__package__, "articles.yaml", tuple[Article, ...])


def file_of(article: Article) -> bytes:
    """The file of an article; ``python -m tests.factory.articles`` makes them."""
    return (files(__package__) / "files" / f"{article.number}.{article.file}").read_bytes()


def _lists(shown: Sequence[Article]) -> dict[str, str]:
    """The pages of the list by their paths, newest article first."""
    newest = list(reversed(shown))
    pages = [newest[start : start + PER_PAGE] for start in range(0, len(newest), PER_PAGE)]
    paths = [LIST + ("index.html" if number == 1 else f"index_{number}.html") for number in range(1, len(pages) + 1)]
    turn = "".join(f'<a href="{path}">{number}</a> ' for number, path in enumerate(paths, start=1))
    return {path: _list_page(entries, turn) for path, entries in zip(paths, pages, strict=True)}


def _list_page(entries: Sequence[Article], turn: str) -> str:
    items = "".join(
        f'<li><a href="{entry.path}">{escape(entry.heading)}</a> {entry.published}</li>' for entry in entries
    )
    return page("政府信息公开年报", f"<p>{_SAMPLE}</p><ul>{items}</ul><p>{turn}</p>")


def _article_page(article: Article) -> str:
    if not article.agency:
        body = f"<h1>{escape(article.heading)}</h1><p>{_SAMPLE}请各单位于1月31日前报送。</p>"
    elif article.file:
        link = f'<a href="{article.file_path}">{escape(article.heading)}.{article.file}</a>'
        body = f"<h1>{escape(article.heading)}</h1><p>{_SAMPLE}</p><p>附件：{link}</p>"
    else:
        body = report_body(_report(article))
    return page(article.heading, body)


def _report(article: Article) -> SampleReport:
    """A report in which natural persons made all requests, and all were granted."""
    rows = {row.key: (0,) * len(row.columns) for row in form_of(EDITION).rows if row.table != "disputes"}
    for row in ("received", "granted", "concluded"):
        rows[f"applications/{row}"] = (article.received, 0, 0, 0, 0, 0, article.received)
    rows |= {f"disputes/{procedure}": (0,) * 5 for procedure in ("review", "suit_direct", "suit_after_review")}
    return SampleReport(article.number, article.heading, article.agency, YEAR, article.published, "", 0, _PROSE, rows)
