"""Which links of a report's page lead to the files that hold its text."""

import pytest

from crawler.answers.links import find_links
from parsers.formats.web.page import Page

SITE = "https://www.henan.gov.cn/zwgk/"


@pytest.mark.parametrize(
    "name", ["a.pdf", "a.ofd", "a.docx", "a.xls", "a.XLSX", "a.ods", "a.odt", "a.et", "a.et?b=1", "a.docx.gz"]
)
def test_files_of_every_kind_that_is_read_are_followed(name: str) -> None:
    links = find_links(page_with(f"/files/{name}"), SITE, "henan")
    assert [file.rpartition("/")[2] for file in links.files] == [name]


@pytest.mark.parametrize("address", ["/et.html", "/a.etc", "/a.et/list", "/a.gz/list"])
def test_other_addresses_are_no_files(address: str) -> None:
    assert not find_links(page_with(address), SITE, "henan").files


def page_with(address: str) -> Page:
    title = "示例市财政局2023年政府信息公开工作年度报告"
    return Page(f'<html><title>{title}</title><h1>{title}</h1><a href="{address}">查看</a></html>'.encode())
