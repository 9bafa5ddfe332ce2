"""What an answer is, when it is no report: a missing page, a bot wall, a login, an error, or half a page.

By status first, then by what the page says: many servers answer 200 to everything, and some say it in a script.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from lxml import etree

from crawler.answers.markup import parsed
from crawler.archive.exchange import Exchange
from parsers.characters.charset import decode
from parsers.document.model import Unreadable


class Kind(StrEnum):
    """What an answer is."""

    CONTENT = "content"
    UNCHANGED = "unchanged"
    MOVED = "moved"
    MISSING = "missing"
    WALL = "wall"
    LOGIN = "login"
    ERROR = "error"
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

# A page that is no report and has more text than that says something of its own.
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
# What may lie around a login's field without a form.
_LOGIN_BOX = "login-box"
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
    """What the answer's head and its ends say; ``CONTENT`` if it may hold a report."""
    status = exchange.status
    if status in _MOVED and exchange.location:
        return Finding(Kind.MOVED)
    if status in (HTTPStatus.OK, HTTPStatus.NON_AUTHORITATIVE_INFORMATION):
        return _by_body(exchange)
    kind = _BY_STATUS.get(status)
    if kind is None and 400 <= status < 500:
        kind = Kind.MISSING
    if kind is None:
        kind = Kind.WALL if _is_wall(_decoded(exchange.body)) else Kind.ERROR
    return Finding(kind, f"the server answered {status}")


def _by_body(exchange: Exchange) -> Finding:
    if not exchange.body.strip():
        return Finding(Kind.ERROR, "the answer is empty")
    if not exchange.complete and not is_whole(exchange.body):
        return Finding(Kind.CUT, CUT_SHORT)
    return Finding(Kind.CONTENT)


def no_answer(error: BaseException) -> str:
    """Why a request got no answer, in one line."""
    message = " ".join(f"{type(error).__name__}: {error}".split())
    return next((said for sign, said in _SILENCES if sign in message), message.removesuffix(":").strip())


def is_whole(body: bytes) -> bool:
    """Whether a body ends as its kind ends: pages, PDF files and ZIP archives have an end of their own."""
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
    """Whether a body that came whole, as far as the connection tells, has lost its end all the same."""
    return (body.startswith((b"%PDF-", b"PK\x03\x04")) or is_page(body)) and not is_whole(body)


def by_content(body: bytes) -> Finding | None:
    """What a body is that could not be read as a report; None if just something else.

    For ``MOVED``, the reason is the address that the page sends its reader to.
    """
    text = _decoded(body)
    shown = _visible(text)
    if len(shown) <= _SHORT:
        alerts = " ".join(one or other for one, other in _ALERT.findall(text))
        target = _target(text)
        if target and not _said(alerts):
            return Finding(Kind.MOVED, target)
        if alerts and not _CHALLENGE.search(text) and not _WALL_TEXT.search(alerts):
            return _said(f"{shown} {alerts}".strip())
    if _is_wall(text):
        return Finding(Kind.WALL, f"a bot wall: {_excerpt(shown) or 'a script in place of a page'}")
    outside = _visible(text, login=False)
    finding = _said(outside) or _missing_line(text)
    if finding is None and outside != shown and (len(outside) < _LINE or _LOGIN_TITLE.search(_title(text))):
        return Finding(Kind.LOGIN, f"a login page: {_excerpt(shown)}")
    return finding if shown else Finding(Kind.ERROR, "a page without any text")


def _said(shown: str) -> Finding | None:
    """What a page is, by what it says, unless it says much else."""
    told = ((kind, said, sign) for kind, said, sign in _SAYINGS if len(shown) <= _LONG and sign.search(shown))
    return next((Finding(kind, f"{said}: {_excerpt(shown, sign)}") for kind, said, sign in told), None)


def _missing_line(text: str) -> Finding | None:
    """Whether a line of its own, among many others, says that what was asked for is not there."""
    root = _stripped(text)
    lines = (" ".join(str(line).split()) for line in ([] if root is None else root.itertext()))
    line = next((line for line in lines if len(line) <= _LINE and _MISSING_LINE.search(line)), None)
    return Finding(Kind.MISSING, f"the page says: {line}") if line else None


def _target(text: str) -> str | None:
    """Where a page that is nothing else sends its reader, by a script or a meta element; None if it is a challenge."""
    root = parsed(text)
    if root is None or _CHALLENGE.search(text):
        return None
    for node in root.iter("meta"):
        match = (
            _REFRESH.match(node.get("content") or "") if (node.get("http-equiv") or "").lower() == "refresh" else None
        )
        if match:
            return match[1].strip()
    match = _GO.search("\n".join(node.text or "" for node in root.iter("script")))
    return (match[1] or match[2]).strip() if match else None


def _is_wall(text: str) -> bool:
    """Whether a page has a challenge in place of content: it says so, or is nothing but a script that sets a cookie."""
    shown = _visible(text)
    if len(shown) > _LONG:
        return False
    if _WALL_TEXT.search(shown) or _WALL_TEXT.search(_noscript(text)):
        return True
    return "<script" in text.lower() and len(shown) < _SHORT and bool(_WALL_SCRIPT.search(text))


def _decoded(body: bytes) -> str:
    try:
        return decode(body)
    except Unreadable:
        return body.decode("utf-8", "replace")


def _visible(text: str, *, login: bool = True) -> str:
    """What a reader would see of a page, its title included, without the menus: they are links."""
    root = _stripped(text)
    if root is None:
        return ""
    return _joined(root if login else _without_login(root))


def _stripped(text: str) -> etree._Element | None:
    root = parsed(text)
    if root is not None:
        hidden = ("script", "style", "noscript", "template", "a", "option")
        etree.strip_elements(root, *hidden, etree.Comment, with_tail=False)
    return root


def _without_login(root: etree._Element) -> etree._Element:
    """A page without the boxes to log in, which many have on every page."""
    for field in list(root.iter("input")):
        if (field.get("type") or "").lower() == "password":
            box = next((node for name in _BOXES for node in field.iterancestors(name)), None)
            if box is not None:
                box.tag = _LOGIN_BOX
    etree.strip_elements(root, _LOGIN_BOX, with_tail=False)
    return root


def _title(text: str) -> str:
    root = parsed(text)
    return "" if root is None else " ".join(_joined(node) for node in root.iter("title"))


def _joined(root: etree._Element) -> str:
    return " ".join(" ".join(map(str, root.itertext())).split())


def _noscript(text: str) -> str:
    root = parsed(text)
    return "" if root is None else " ".join(_joined(node) for node in root.iter("noscript"))


def _excerpt(shown: str, around: re.Pattern[str] | None = None) -> str:
    """A short piece of what the page says, around what gave it away."""
    match = around.search(shown) if around else None
    start = max(match.start() - 20, 0) if match else 0
    return shown[start : start + 60].strip()
