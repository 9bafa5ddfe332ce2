"""What an answer is, when it is no report: a missing page, a bot wall, a login, an error, or half a page.

By status first, then by what the page says: many servers answer 200 to everything, and some say it in a script.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from lxml import etree
from lxml.etree import _Element as Element

from crawler.archive.exchange import Exchange
from parsers.formats.web.page import Page


class Kind(StrEnum):
    """What an answer is."""

    CONTENT = "content"
    UNCHANGED = "unchanged"
    MOVED = "moved"
    MISSING = "missing"
    WALL = "wall"
    LOGIN = "login"
    ERROR = "error"
    SHELL = "shell"
    CUT = "cut short"


@dataclass(frozen=True, slots=True)
class Finding:
    """What an answer is, and how that was seen."""

    kind: Kind
    reason: str = ""


_MOVED = (301, 302, 303, 307, 308)
# What a status alone says. 405, 412, 468, 521 and 567 are what the walls in use on Chinese government sites
# answer, 403 and 406 what others do.
_BY_STATUS = {
    HTTPStatus.NO_CONTENT: Kind.MISSING,
    HTTPStatus.NOT_MODIFIED: Kind.UNCHANGED,
    HTTPStatus.UNAUTHORIZED: Kind.LOGIN,
    HTTPStatus.REQUEST_TIMEOUT: Kind.ERROR,
    HTTPStatus.TOO_MANY_REQUESTS: Kind.ERROR,
    **dict.fromkeys((403, 405, 406, 412, 418, 468, 521, 567), Kind.WALL),
}
CUT_SHORT = "the connection closed before the page was complete"

# Why no answer came, by what the libraries below say of it.
_SILENCES = (
    ("VerificationError", "the server's certificate is that of another host; NIANBAO_VERIFY=0 accepts it"),
    ("certificate verify failed", "the server's certificate cannot be verified; NIANBAO_VERIFY=0 accepts it"),
    ("protocol version", "the server offers no version of TLS that is still supported"),
    ("unsupported protocol", "the server offers no version of TLS that is still supported"),
    ("handshake failure", "no common way of TLS was found with the server"),
    ("DNS", "there is no such host"),
    ("ConnectionRefused", "connection refused"),
    ("refused", "connection refused"),
    ("Timeout", "no answer in time"),
    ("timed out", "no answer in time"),
    ("DownloadCancelled", "the answer is larger than any report"),
    ("Expected response size", "the answer is larger than any report"),
    ("ConnectionLost", "the connection was lost"),
    ("ConnectionDone", "the connection was closed before an answer came"),
    ("ResponseNeverReceived", "the connection was lost"),
)

# The three lengths below were chosen on made-up pages, since the real portal's are not known here; test_classify.py
# shows what happens on either side of each. Characters that a reader sees, menus left out.
# A page that is no report and has more text than that says something of its own: what walls and error pages say takes
# a few lines, a news article more.
_LONG = 1200
_WALL_TEXT = re.compile(
    r"请(?:开启|启用|打开)\s*JavaScript|enable\s+JavaScript|JavaScript\s+(?:is\s+)?(?:required|disabled)|安全验证|人机(?:身份)?验证|滑动验证|验证码"
    r"|访问(?:过于|太)频繁|操作(?:过于|太)频繁|请求(?:过于|太)频繁|正在(?:进行)?(?:安全)?(?:检查|验证|检测)|浏览器安全检查|checking\s+your\s+browser|captcha"
    r"|(?:访问|请求|IP)[^。]{0,20}(?:被拦截|被阻断|被禁止|被拒绝|受限|异常)|非法(?:访问|请求)|疑似(?:攻击|黑客)|web\s*application\s*firewall|防火墙|安全狗|创宇盾|加速乐|云盾|Access\s+Denied",
    re.IGNORECASE,
)
_WALL_SCRIPT = re.compile(
    r"document\.cookie|__jsl_clearance|\$_ts\b|_\$[a-z]{2}\b|acw_sc__v2|aliyun_waf|location\.(?:reload|replace|href)|location\s*=|eval\(|String\.fromCharCode",
    re.IGNORECASE,
)
_LOGIN_TEXT = re.compile(
    r"(?:用户名|账号|帐号|手机号)[\s\S]{0,60}密码|统一身份认证|请先?登录|用户登录|登录后(?:才能|方可|可以)?(?:查看|访问)"
)
_ERROR_TEXT = re.compile(
    r"(?:系统|服务器?|程序|数据库|网关|内部)[^。]{0,8}(?:错误|异常|繁忙|故障|维护|出错|超时|不可用)|稍[后候]再试|(?:网站|页面)[^。]{0,6}(?:维护|升级)|出错了"
    r"|Bad\s+Gateway|Gateway\s+Time-?out|Internal\s+Server\s+Error|Service\s+(?:Temporarily\s+)?Unavailable|Too\s+Many\s+Requests|Database\s+(?:Error|Exception)|SQLSTATE|Fatal\s+error|Traceback|Exception",
    re.IGNORECASE,
)
_MISSING_TEXT = re.compile(
    r"不存在|(?:尚未|还未|未曾?)(?:公开|发布|审核|上线)|(?:内容|记录|数据|结果)为空|撤稿|已(?:被)?(?:删除|撤销|撤回|下线|移除|移走|失效|过期)|找不到|未找到|没有找到|无法找到|没有(?:此|该|相关|您)|查无|无此|暂无|不见了|丢失|走丢|地址(?:有误|错误)|参数(?:错误|有误)|\b404\b|not\s+found|does\s+not\s+exist|no\s+such",
    re.IGNORECASE,
)
# The same on a page full of other things: a line of its own that speaks of what was asked for.
_MISSING_LINE = re.compile(
    r"(?:信息|内容|页面|网页|文章|报告|记录|数据|文件|栏目)[^，。；]{0,8}(?:不存在|已(?:被)?(?:删除|撤销|撤回|下线|移除|过期)|找不到|无法找到|未找到|尚未(?:公开|发布))"
    r"|(?:找不到|未找到|没有找到|不存在)[^，。；]{0,8}(?:信息|内容|页面|网页|文章|报告|记录|数据|文件)"
)
# A line that says so in passing is longer than a notice.
_LINE = 40
# Tells a visitor's browser to go elsewhere; an address that is put together first is a challenge's.
_GO = re.compile(
    r"location(?:\.href)?\s*=\s*[\"']([^\"']+)[\"']\s*(?:;|$|[<}\n])"
    r"|location\.(?:replace|assign)\(\s*[\"']([^\"']+)[\"']\s*\)",
    re.IGNORECASE,
)
_REFRESH = re.compile(r"^\s*[\d.]*\s*[;,]\s*url\s*=\s*[\"']?([^\"']+)", re.IGNORECASE)
_CHALLENGE = re.compile(
    r"cookie|\$_ts\b|_\$[a-z]{2}\b|acw_sc__v2|aliyun_waf|eval\(|fromCharCode|unescape\(|atob\(", re.IGNORECASE
)
_ALERT = re.compile(r"alert\(\s*(?:\"([^\"]+)\"|'([^']+)')")
# A page that shows less says nothing; what it does is in its script.
_SHORT = 200
# Where the scripts of Vue, React, Next, Nuxt, Angular and others put a page.
_PLACES = "#app, #root, #__next, #__nuxt, #__layout, #main-app, #q-app, #react-root, app-root"
# What nobody sees, and links: they are menus.
_UNSEEN = frozenset({"script", "style", "noscript", "template", "a", "option"})
# What may lie around the field of a login, the surest first.
_BOXES = ("form", "table", "fieldset", "div", "ul", "p")
_LOGIN_TITLE = re.compile(r"登[录陆]|认证|login|sign\s*in", re.IGNORECASE)
# What a short page is that says one of these, the surest first.
_SAYINGS = (
    (Kind.LOGIN, "a login page", _LOGIN_TEXT),
    (Kind.MISSING, "the page says", _MISSING_TEXT),
    (Kind.ERROR, "an error page", _ERROR_TEXT),
)
_END = re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)
_START = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


def by_answer(exchange: Exchange) -> Finding:
    """What the answer's head and its ends say; ``CONTENT`` if it may hold a report.

    Bodies are looked into by :func:`by_content` and :func:`by_error`, in processes that may die of them.
    """
    status = exchange.status
    if status in _MOVED and exchange.location:
        return Finding(Kind.MOVED)
    if status in (HTTPStatus.OK, HTTPStatus.NON_AUTHORITATIVE_INFORMATION):
        return _by_body(exchange)
    kind = _BY_STATUS.get(status)
    if kind is None and 400 <= status < 500:
        kind = Kind.MISSING
    return Finding(kind or Kind.ERROR, f"the server answered {status}")


def _by_body(exchange: Exchange) -> Finding:
    if not exchange.body.strip():
        return Finding(Kind.ERROR, "the answer is empty")
    if not exchange.complete and not is_whole(exchange.body):
        return Finding(Kind.CUT, CUT_SHORT)
    return Finding(Kind.CONTENT)


def no_answer(error: BaseException) -> str:
    """Why a request got no answer, in one line."""
    message = " ".join(f"{type(error).__name__}: {error}".split())
    return next((reason for sign, reason in _SILENCES if sign in message), message.removesuffix(":").strip())


def is_whole(body: bytes) -> bool:
    """Whether a body has the end that web pages, PDF files and ZIP archives must have."""
    if body.startswith(b"%PDF-"):
        return b"%%EOF" in body[-2048:]
    if body.startswith(b"PK\x03\x04"):
        return b"PK\x05\x06" in body[-66_000:]
    if is_page(body):
        return bool(_END.search(body[-4096:]))
    return False


def is_page(body: bytes) -> bool:
    """Whether a body is a web page."""
    return bool(_START.search(body[:4096]))


def looks_cut(body: bytes) -> bool:
    """Whether a body lacks its end although the connection delivered all of it."""
    return (body.startswith((b"%PDF-", b"PK\x03\x04")) or is_page(body)) and not is_whole(body)


def by_content(page: Page) -> Finding | None:
    """What a page is that could not be read as a report; None if just something else.

    For ``MOVED``, the reason is the address that the page sends its reader to.
    """
    if page.root is None and page.refusal:
        return None
    shown = _visible(page)
    if len(shown) <= _SHORT:
        alerts = " ".join(one or other for one, other in _ALERT.findall(page.text))
        target = _target(page)
        if target and not _by_sayings(alerts):
            return Finding(Kind.MOVED, target)
        if alerts and not _CHALLENGE.search(page.text) and not _WALL_TEXT.search(alerts):
            return _by_sayings(f"{shown} {alerts}".strip())
    if instead := _by_script(page, shown):
        return instead
    outside = _visible(page, _login_boxes(page))
    finding = _by_sayings(outside) or _missing_line(page)
    if finding is None and outside != shown and (len(outside) < _LINE or _LOGIN_TITLE.search(_text_of(page, "title"))):
        return Finding(Kind.LOGIN, f"a login page: {_excerpt(shown)}")
    return finding if shown else Finding(Kind.ERROR, "a page without any text")


def by_error(page: Page) -> Finding | None:
    """Whether the page that came with an error is a bot wall's."""
    shown = _visible(page)
    return Finding(Kind.WALL, f"a bot wall: {_excerpt(shown)}") if _is_wall(page, shown) else None


def _by_sayings(shown: str) -> Finding | None:
    """What a short page is, by its text."""
    if len(shown) > _LONG:
        return None
    found = ((kind, what, sign) for kind, what, sign in _SAYINGS if sign.search(shown))
    return next((Finding(kind, f"{what}: {_excerpt(shown, sign)}") for kind, what, sign in found), None)


def _missing_line(page: Page) -> Finding | None:
    """Whether a line of its own says that the page does not exist."""
    lines = (" ".join(piece.split()) for piece in _pieces(page))
    line = next((line for line in lines if len(line) <= _LINE and _MISSING_LINE.search(line)), None)
    return Finding(Kind.MISSING, f"the page says: {line}") if line else None


def _target(page: Page) -> str | None:
    """The target of a redirect by script or meta element; None for a challenge."""
    if page.selector is None or _CHALLENGE.search(page.text):
        return None
    for meta in page.selector.css("meta[http-equiv][content]"):
        refresh = _REFRESH.match(meta.attrib["content"])
        if refresh and meta.attrib["http-equiv"].lower() == "refresh":
            return refresh[1].strip()
    go = _GO.search("\n".join(page.selector.css("script::text").getall()))
    return (go[1] or go[2]).strip() if go else None


def _by_script(page: Page, shown: str) -> Finding | None:
    """What a page is that has a script in place of its text."""
    if is_shell(page, shown):
        return Finding(
            Kind.SHELL, "a script's shell: its text comes later, by a script (render: true, docs/portals.md)"
        )
    if _is_wall(page, shown):
        return Finding(Kind.WALL, f"a bot wall: {_excerpt(shown) or 'a script in place of a page'}")
    return None


def is_shell(page: Page, shown: str | None = None) -> bool:
    """Whether a page has nothing but a place that a script of a file fills in; a challenge has its script within."""
    if page.selector is None or len(_visible(page) if shown is None else shown) > _SHORT:
        return False
    if not page.selector.css("script[src], link[rel=modulepreload]"):
        return False
    if _CHALLENGE.search(" ".join(page.selector.css("script:not([src])::text").getall())):
        return False
    return any(not "".join(place.css("*::text").getall()).strip() for place in page.selector.css(_PLACES))


def _is_wall(page: Page, shown: str) -> bool:
    """Whether a page has a challenge in place of content: it says so, or is nothing but a script that sets a cookie."""
    if len(shown) > _LONG:
        return False
    if _WALL_TEXT.search(shown) or _WALL_TEXT.search(_text_of(page, "noscript")):
        return True
    return "<script" in page.text.lower() and len(shown) < _SHORT and bool(_WALL_SCRIPT.search(page.text))


def _visible(page: Page, without: Collection[Element] = ()) -> str:
    """What a reader would see of a page, its title included, without the menus: they are links."""
    return _joined(_pieces(page, without))


def _pieces(page: Page, without: Collection[Element] = ()) -> list[str]:
    """The texts of a page, without hidden elements, links, and the elements ``without``.

    Where an element is left out, what stands before and after it is one piece.
    """
    pieces = [""]
    if page.root is None:
        return pieces
    walk = etree.iterwalk(page.root, events=("start", "end"))
    for event, element in walk:
        is_unseen = element.tag in _UNSEEN or element in without
        if event == "end" and is_unseen:
            pieces[-1] += element.tail or ""
        elif event == "end":
            pieces.append(element.tail or "")
        elif is_unseen:
            walk.skip_subtree()
        else:
            pieces.append(element.text or "")
    return pieces


def _login_boxes(page: Page) -> frozenset[Element]:
    """The login boxes, which many portals have on every page."""
    fields = page.selector.css("input[type]") if page.selector is not None else ()
    logins = (field.root for field in fields if field.attrib["type"].lower() == "password")
    boxes = (next((box for name in _BOXES for box in login.iterancestors(name)), None) for login in logins)
    return frozenset(box for box in boxes if box is not None)


def _text_of(page: Page, name: str) -> str:
    """What all elements of a name say."""
    elements = page.selector.css(name) if page.selector is not None else ()
    return " ".join(_joined(element.xpath(".//text()").getall()) for element in elements)


def _joined(pieces: Iterable[str]) -> str:
    return " ".join(" ".join(pieces).split())


def _excerpt(shown: str, around: re.Pattern[str] | None = None) -> str:
    """A short piece of the page's text, around the words that were found."""
    match = around.search(shown) if around else None
    start = max(match.start() - 20, 0) if match else 0
    return shown[start : start + 60].strip()
