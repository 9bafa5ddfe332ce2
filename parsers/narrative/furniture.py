"""What a page shows below its article, whoever wrote that: counters, editors, buttons, other articles."""

import re
from collections.abc import Sequence

from parsers.document.model import Block, Paragraph

# Each begins a line of furniture. What counts or names goes on to the end of its line.
_NAMED = (
    "访问量|访问次数|浏览量|浏览次数|阅读量|阅读次数|点击量|点击数|点击次数|点击率|累计访问|总访问量|"
    "责任编辑|责编|网站编辑|编辑|录入|审核|初审|复审|终审|作者|供稿|撰稿|来源|稿件来源|文章来源|信息来源|发布人|"
    "上一篇|下一篇|上一条|下一条|上一页|下一页|分享到|分享至|分享|相关链接|相关阅读|相关文章|相关信息|相关附件|标签|关键词|字体|字号"
)
_BUTTONS = (
    "打印本页|打印此页|打印文章|打印|关闭窗口|关闭本页|关闭页面|关闭此页|关闭|返回顶部|回到顶部|返回首页|返回列表|返回|收藏本页|收藏|"
    "扫一扫在手机打开当前页|扫一扫|微信|微博|新浪微博|QQ空间|大|中|小|纠错|我要纠错|网站纠错|TOP|Top"
)
_EDGE = r"[\s|｜/·•【】\[\]（）()<>《》«»▲]*"
_LINE = re.compile(
    rf"{_EDGE}(?:(?:{_BUTTONS}){_EDGE})*(?:(?:{_NAMED})(?:\s*[:：].{{0,120}}|\s*\d[\d,]*\s*次?|{_EDGE})(?:{_EDGE}(?:{_BUTTONS}){_EDGE})*)?"
)


def without_furniture(blocks: Sequence[Block]) -> list[Block]:
    """Blocks without the furniture that ends them.

    Only what ends them is taken for furniture, and only lines in which nothing else stands: 来源 within a report is the
    report's.
    """
    end = len(blocks)
    while end and _is_furniture(blocks[end - 1]):
        end -= 1
    return list(blocks[:end])


def _is_furniture(block: Block) -> bool:
    return isinstance(block, Paragraph) and _LINE.fullmatch(block.text.strip()) is not None
