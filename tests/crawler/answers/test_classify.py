from dataclasses import replace

import pytest

from crawler.answers.classify import Kind, by_answer, by_content, looks_cut
from crawler.archive.exchange import Exchange
from crawler.workers.readers import read_finding, read_page
from nianbao.portal.pages import report_page
from nianbao.portal.reports import sample_reports
from parsers.formats.web.page import Page

ANSWER = Exchange("c", "http://127.0.0.1", "http://127.0.0.1/x", "2026-11-21T00:00:00Z", 200, b"x", "", "w", 0)
MENU = "".join(f'<a href="/{n}">办事服务{n}</a>' for n in range(300))

LOGIN_BOX = '<div><form>用户名<input name="u">密码<input type="password" name="p"></form></div>'


def _page(body: str, title: str = "示例市人民政府") -> bytes:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>".encode()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, Kind.CONTENT), (204, Kind.MISSING), (304, Kind.UNCHANGED), (400, Kind.MISSING), (401, Kind.LOGIN),
        (403, Kind.WALL), (404, Kind.MISSING), (410, Kind.MISSING), (412, Kind.WALL), (429, Kind.ERROR),
        (500, Kind.ERROR), (502, Kind.ERROR), (503, Kind.ERROR), (521, Kind.WALL),
    ],
)  # fmt: skip
def test_a_status_says_what_an_answer_is(status: int, kind: Kind) -> None:
    assert by_answer(replace(ANSWER, status=status)).kind is kind


def test_a_challenge_may_come_with_503() -> None:
    body = _page("<script>document.cookie='a=1';location.reload()</script>")
    assert by_answer(replace(ANSWER, status=503, body=body)).kind is Kind.ERROR
    finding = read_finding(body, "error").finding
    assert finding
    assert finding.kind is Kind.WALL


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (Kind.MISSING, _page("<p>您访问的页面不存在</p>")),
        (Kind.MISSING, _page("对不起，您要查看的信息已被删除！")),
        (Kind.MISSING, _page(f"{MENU}<div>没有找到相关内容</div>{MENU}")),
        (Kind.MISSING, _page("<h1>404</h1>", "Not Found")),
        (Kind.MISSING, _page("该年度报告尚未公开或不存在")),
        (Kind.WALL, _page("请开启JavaScript并刷新该页。")),
        (Kind.WALL, _page("<noscript>Please enable JavaScript to continue</noscript><script>var a=1</script>", "")),
        (Kind.WALL, b"<script>document.cookie='__jsl_clearance=1|0|x';location.href=location.pathname</script>"),
        (Kind.WALL, _page("您的访问过于频繁，请输入验证码")),
        (Kind.WALL, _page("您的请求疑似攻击行为，已被拦截")),
        (Kind.LOGIN, _page('<form>用户名<input name="u">密码<input type="password" name="p"></form>')),
        (Kind.MISSING, _page(f"{LOGIN_BOX}{MENU}<p>您查看的文章尚未发布</p>")),
        (Kind.MISSING, _page(f"{LOGIN_BOX}<p>该信息不存在</p>" + "<p>示例新闻一则，内容与年报无关。</p>" * 90)),
        (
            Kind.MISSING,
            b"<script>alert('\xe8\xaf\xa5\xe4\xbf\xa1\xe6\x81\xaf\xe4\xb8\x8d\xe5\xad\x98\xe5\x9c\xa8');history.back();</script>",
        ),
        (Kind.MOVED, b'<script>window.location.href="/";</script>'),
        (Kind.MOVED, b'<html><head><meta http-equiv="Refresh" content="0;URL=/index.html"></head></html>'),
        (Kind.WALL, b'<script>document.cookie="a=1";location.href="/";</script>'),
        (Kind.LOGIN, _page("请先登录后再访问")),
        (Kind.ERROR, _page("系统繁忙，请稍后再试")),
        (Kind.ERROR, _page("<h1>502 Bad Gateway</h1><hr>nginx")),
        (Kind.ERROR, _page("数据库错误：SQLSTATE[HY000]")),
        (Kind.ERROR, _page("<div></div>", "")),
    ],
)
def test_a_page_says_what_it_is_whatever_its_status(kind: Kind, body: bytes) -> None:
    finding = by_content(Page(body))
    assert finding is not None
    assert finding.kind is kind


@pytest.mark.parametrize(
    "body",
    [
        _page("<p>本站公告：系统将于周日升级，届时暂停服务。</p>" + "<p>示例新闻一则，内容与年报无关。</p>" * 90),
        _page("<h1>示例市概况</h1><p>示例市位于示例省中部，辖三县二区。</p>"),
    ],
)
def test_a_page_about_something_else_is_just_that(body: bytes) -> None:
    assert by_content(Page(body)) is None


@pytest.mark.parametrize("report", sample_reports().values(), ids=lambda report: str(report.id))
def test_a_report_is_none_of_these(report: object) -> None:
    body = report_page(report).encode()  # type: ignore[arg-type]
    assert by_answer(replace(ANSWER, body=body)).kind is Kind.CONTENT
    assert by_content(Page(body)) is None
    assert not looks_cut(body)


def test_a_body_without_a_length_is_whole_if_it_ends_as_its_kind_does() -> None:
    whole = _page("示例")
    assert by_answer(replace(ANSWER, body=whole, complete=False)).kind is Kind.CONTENT
    for cut in (whole[:-20], b"%PDF-1.7\n1 0 obj", b"PK\x03\x04 and so on", b"plain text"):
        assert by_answer(replace(ANSWER, body=cut, complete=False)).kind is Kind.CUT
    assert looks_cut(b"%PDF-1.7\n1 0 obj")
    assert not looks_cut(b"%PDF-1.7\n1 0 obj\n%%EOF\n")


def test_the_page_of_a_report_that_is_a_file_may_say_what_missing_pages_say() -> None:
    title = "示例县2023年政府信息公开工作年度报告"
    body = _page(f'<h1>{title}</h1><a href="/a.pdf">附件：{title}.pdf</a><p>暂无评论</p>', title)
    reading = read_page(body, "http://127.0.0.1/zw/public-report/view/1", "http://127.0.0.1")
    assert (reading.finding, reading.attachments) == (None, ("http://127.0.0.1/a.pdf",))


FILLER = "示例新闻一则与年报无关"


def _kind(body: bytes) -> Kind | None:
    finding = by_content(Page(body))
    return finding.kind if finding else None


def _text(length: int, end: str) -> str:
    """Text of so many characters without a line to it, at whose end something is said."""
    return (FILLER * length)[: length - len(end)] + end


@pytest.mark.parametrize(("length", "kind"), [(1200, Kind.MISSING), (1201, None)])
def test_a_page_that_shows_more_than_1200_characters_says_something_of_its_own(length: int, kind: Kind | None) -> None:
    assert _kind(_page(f"<p>{_text(length, '系统查无此文')}</p>", "")) is kind
    assert _kind(_page(f"<p>{_text(length, '请输入验证码')}</p>", "")) is (Kind.WALL if kind else None)


@pytest.mark.parametrize(("length", "kind"), [(40, Kind.MISSING), (41, None)])
def test_on_a_full_page_only_a_line_of_40_characters_or_less_is_a_notice(length: int, kind: Kind | None) -> None:
    rest = f"<p>{FILLER * 150}</p>"
    assert _kind(_page(f"{rest}<p>{_text(length, '该信息不存在')}</p>{rest}", "")) is kind


@pytest.mark.parametrize(("length", "kind"), [(199, Kind.WALL), (200, Kind.MOVED), (201, None)])
def test_what_a_script_does_counts_where_a_page_shows_little(length: int, kind: Kind | None) -> None:
    script = "document.cookie='a=1';" if kind is Kind.WALL else ""
    assert _kind(_page(f"<script>{script}location.href='/x'</script>{_text(length, '')}", "")) is kind


@pytest.mark.parametrize("place", ['<div id="app"></div>', '<div id="root"><!-- --></div>', '<div id="__next"> </div>'])
def test_a_script_s_shell_was_called_a_wall_or_a_page_without_text(place: str) -> None:
    text = (
        "<html><head><title>示例门户</title></head><body><noscript>You need to enable JavaScript to run this app."
        f'</noscript>{place}<script src="/static/js/main.0c1d2e3f.js"></script></body></html>'
    )
    finding = by_content(Page.of_text(text))
    assert finding
    assert finding.kind is Kind.SHELL
    shown = by_content(Page.of_text(text.replace(place, f'<div id="app"><p>{"正文" * 200}</p></div>')))
    assert shown is None or shown.kind is not Kind.SHELL
    challenge = text.replace("<head>", "<head><script>document.cookie='__jsl_clearance=1';location.reload();</script>")
    finding = by_content(Page.of_text(challenge))
    assert finding
    assert finding.kind is Kind.WALL
