"""A web page is decoded once and parsed once, by whoever asks first."""

from random import Random

import pytest
from lxml import etree

from parsers.convert import read_document
from parsers.formats.web.page import Page
from parsers.read import read
from parsers.report import Status
from tests.factory.html import plain_page
from tests.factory.sheet import sheet_of
from tests.factory.truth import draw_truth

REPORT = plain_page(sheet_of(draw_truth(Random(11), 2021)), Random(3))


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What lxml has been asked to parse."""
    parsed: list[object] = []
    fromstring = etree.fromstring

    def counted(text: object, *args: object, **named: object) -> object:
        parsed.append(text)
        return fromstring(text, *args, **named)

    monkeypatch.setattr(etree, "fromstring", counted)
    return parsed


def test_a_good_report_is_parsed_once(parses: list[object]) -> None:
    assert read(REPORT).status is Status.VERIFIED
    assert len(parses) == 1


def test_a_page_that_was_queried_before_is_not_parsed_again(parses: list[object]) -> None:
    page = Page(REPORT)
    assert page.selector is not None
    assert page.selector.xpath("//table")
    assert read(page) == read(REPORT)
    assert read_document(page) == read_document(REPORT)
    assert len(parses) == 3  # The two of REPORT as mere bytes are parsed anew.


def test_a_page_is_decoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded = []
    monkeypatch.setattr("parsers.formats.web.page.decode", lambda body: decoded.append(body) or body.decode())
    page = Page(REPORT)
    read(page)
    assert page.is_html
    assert decoded == [REPORT]


def test_a_page_known_as_text_is_not_decoded() -> None:
    page = Page.of_text("<p>年报</p>")
    assert (page.text, page.body) == ("<p>年报</p>", "<p>年报</p>".encode())


def test_selector_and_root_are_the_same_tree() -> None:
    page = Page("<title>年报</title><p>一</p>".encode("gb18030"))
    assert page.selector is not None
    assert page.selector.css("title::text").get() == "年报"
    assert page.selector.root is page.root


def test_a_comment_does_not_cut_a_figure() -> None:
    page = Page(b"<td>1<!-- x -->3<?php ?>5</td>")
    assert page.selector is not None
    assert page.selector.xpath("//text()").getall() == ["135"]


def test_what_follows_the_end_of_a_page_is_part_of_it() -> None:
    page = Page("<html><body>一</body></html><p>二</p>".encode())
    assert page.selector is not None
    assert page.selector.xpath("string()").get() == "一二"


@pytest.mark.parametrize("body", [b"", b" \n ", b"<!-- -->"])
def test_what_has_no_element_has_no_tree(body: bytes) -> None:
    page = Page(body)
    assert page.selector is None
    assert page.root is None
    assert page.refusal == ""


def test_too_many_elements_are_not_parsed(parses: list[object]) -> None:
    page = Page(b"<p>1" * 400_001)
    assert page.selector is None
    assert page.refusal == "too many elements: 400,001 tags, and no report has more than 400,000"
    assert parses == []


def test_nesting_that_the_parser_gives_up_on_is_told() -> None:
    page = Page(b"<div>" * 10_000 + b"1")
    assert page.selector is not None
    assert page.refusal == "elements are nested too deep"
