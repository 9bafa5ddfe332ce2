"""What a page says around a report of where it belongs: the breadcrumb, and fields such as 发布机构.

The portal's markup is not known, so both are known by their labels, and by how a breadcrumb is set.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, takewhile

from parsers.characters.folding import simplified, spaced
from parsers.document.model import Block, Paragraph

JOINT = " > "
_MOST_ROWS = 60
_MOST_PARTS = 10
_MOST_BREADCRUMBS = 5
_LONGEST_PART = 40
_LONGEST_LINE = 200


def _spread(words: str) -> str:
    """A pattern for any of some words, however their characters are spaced out (来　源)."""
    return "|".join(r"\s*".join(word) for word in words.split())


_LABELS = (
    "发布机构 发布机关 发布单位 发布部门 发文机构 发文机关 发文单位 公开机构 公开机关 公开单位 公开部门 公开主体 "
    "制发机关 制作机关 生成机构 信息来源 文章来源 稿件来源 来源 所属地区 所属区划 所属区域 所在地区 行政区划 "
    "网站主办 主办单位 主办机构 主办"
)
_OPENS = r"(?:^|(?<=[\s|｜【\[（(]))"
_FIELD = re.compile(rf"{_OPENS}(?:{_spread(_LABELS)})\s*[:：]\s*([^\s:：|｜，。；、,;【】\[\]（）()]*+)(?!\s*[:：])")
_LABEL = re.compile(rf"(?:{_spread(_LABELS)})\s*[:：]?")
_POSITION = re.compile(
    rf"{_OPENS}(?!的|位)(?:[您你]\s*)?(?:[现当目]\s*[在前]\s*)?(?:所\s*在\s*)?(?:的\s*)?位\s*置(?:是|为)?\s*[:：]?\s*"
)
_HOME = re.compile(r"(?:网站|门户|本站|平台)?(?:首页|主页)")
_ARROW = r"[>＞›»≫〉→]"
_UNLABELLED = re.compile(rf"{_HOME.pattern}\s*{_ARROW}")
_JOINTS = re.compile(rf"\s*(?:{_ARROW}|[/／\\|｜]|(?<=\s)[-–—]+(?=\s))\s*")
_HOME_ONLY = re.compile(rf"(?:{_HOME.pattern})?\s*{_ARROW}?")
_OPEN_END = re.compile(rf"{_ARROW}$")
_OPEN_START = re.compile(_ARROW)
# What follows a breadcrumb on its line: 字号：大 中 小, 发布时间：2022-01-26.
_NEXT_FIELD = re.compile(r"\s+\S{1,8}\s*[:：].*")
_DIGIT = re.compile(r"\d")
_WORDS = re.compile(r"(?=(?:[^\u3400-\u9fff]*[\u3400-\u9fff]){2})[^\d:：。；，！？]+")
# The ends of every breadcrumb, and the next label of a table where a value is left out.
_NO_PLACE = re.compile(rf"{_HOME.pattern}|正文|详情|.*(?:日期|时间|文号|标题|名称|索引号|分类|主题词)")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The words of a page that tell where it belongs, as printed and folded, outermost first; None if none do.

    ``lines`` are the lines that these stand on, each with the number of its block.
    """

    hint: str | None
    lines: frozenset[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class _Line:
    """A paragraph or a cell of a table; ``path`` numbers what holds it, as for paragraphs."""

    block: int
    text: str
    path: tuple[int, ...]

    @property
    def holder(self) -> tuple[int, ...]:
        return self.path[:-1]


def read_surroundings(blocks: Iterable[tuple[int, Block]], chapters: tuple[int, ...] | None) -> Surroundings:
    """Read the blocks outside a report's chapters, given with their numbers.

    ``chapters`` is the path of the first heading: what is spread over several elements belongs together only
    where these stand in one that does not hold the chapters too. None: that is not known, and nothing spread is read.
    """
    lines = [line for number, block in blocks for line in _lines(number, block) if 0 < len(line.text) < _LONGEST_LINE]
    found = [*_breadcrumbs(lines, chapters), *_fields(lines, chapters)]
    parts = [*dict.fromkeys(part for part, _ in found if _tells(part))][:_MOST_PARTS]
    # A line with a year may be the title, which some breadcrumbs end with.
    taken = frozenset((line.block, line.text) for _, line in found if not _DIGIT.search(line.text))
    return Surroundings(JOINT.join(parts) or None, taken)


def _lines(number: int, block: Block) -> Iterator[_Line]:
    if isinstance(block, Paragraph):
        yield _Line(number, spaced(block.text), block.path)
        return
    for row in range(min(len(block.rows), _MOST_ROWS)):
        # No element has a number below 1, so a row is never taken for one that holds the chapters.
        yield from (
            _Line(number, spaced(cell.text), (*block.path, -row - 1, cell.column)) for cell in block.origins(row)
        )


def _breadcrumbs(lines: Sequence[_Line], chapters: tuple[int, ...] | None) -> Iterator[tuple[str, _Line]]:
    starts = ((at, rest) for at, line in enumerate(lines) if (rest := _without_label(line.text)) is not None)
    for at, first in islice(starts, _MOST_BREADCRUMBS):
        for text, crumb in _crumbs(first, lines[at : at + 2 * _MOST_PARTS], chapters):
            yield from ((part, crumb) for part in _JOINTS.split(text))


def _without_label(line: str) -> str | None:
    """What a breadcrumb's first line says after its label; None for other lines."""
    key = simplified(line)
    label = _POSITION.search(key)
    return _NEXT_FIELD.sub("", line[label.end() if label else 0 :]) if label or _UNLABELLED.match(key) else None


def _crumbs(text: str, lines: Sequence[_Line], chapters: tuple[int, ...] | None) -> Iterator[tuple[str, _Line]]:
    """The lines of a breadcrumb, ``text`` being the first without its label: items of a list, or a broken line."""
    first, *others = lines
    starts = text or next((line.text for line in others), "")
    is_list = _HOME.match(simplified(starts)) and _HOME_ONLY.fullmatch(simplified(text))
    if not is_list and not _HOME.match(simplified(text)) and not _JOINTS.search(text):
        return
    yield text, first
    for before, line in pairwise(lines):
        is_item = is_list and line.holder == others[0].holder and _are_apart(first, line, chapters)
        is_broken = _OPEN_START.match(line.text) or (_OPEN_END.search(before.text) and _JOINTS.search(line.text))
        if not is_item and not is_broken:
            return
        yield line.text, line


def _fields(lines: Sequence[_Line], chapters: tuple[int, ...] | None) -> Iterator[tuple[str, _Line]]:
    """The values of fields with their lines, and '' with that of a label that stands alone."""
    for line in lines:
        values = (line.text[slice(*match.span(1))] for match in _FIELD.finditer(simplified(line.text)))
        yield from ((value, line) for value in values if _tells(value))
    for line, following in pairwise(lines):
        if _LABEL.fullmatch(simplified(line.text)):
            yield "", line
            beside = line.holder == following.holder and _are_apart(line, following, chapters)
            if beside and _tells(following.text):
                yield following.text, following


def _are_apart(one: _Line, other: _Line, chapters: tuple[int, ...] | None) -> bool:
    """Whether two lines stand together in an element that does not hold the chapters."""
    shared = tuple(a for a, b in takewhile(lambda pair: pair[0] == pair[1], zip(one.path, other.path, strict=False)))
    return bool(shared) and chapters is not None and chapters[: len(shared)] != shared


def _tells(part: str) -> bool:
    """Whether a part may name a place or a body: a few words without a digit, as a year's list or a title has."""
    return len(part) <= _LONGEST_PART and bool(_WORDS.fullmatch(part)) and not _NO_PLACE.fullmatch(simplified(part))
