"""Why a cell is not certain: a kind with its details, rendered as words only at the edge."""

from dataclasses import dataclass
from enum import Enum
from typing import Self


class Why(Enum):
    """The kinds of reasons, each in English and in Chinese; names in braces are details."""

    NO_CELL = "the document has no such cell", "原文件无此格"
    NO_COLUMN = "no head of the document names the column", "原文件没有这一列的表头"
    NO_HEADS = (
        "no head names the columns, and no sum proves their order",
        "未找到各列表头，也没有勾稽关系可证实各列的顺序",
    )
    OTHER_HEADS = "the heads do not stand as on the form", "各列表头与规定格式不符"
    LINE_OFF = (
        "the total completes the sum of the row above or below, and not its own",
        "本行总计恰为上一行或下一行各数之和，可能错位一行",
    )
    CUT_NUMBER = (
        "a number is broken over lines, and no sum proves that it is one",
        "数字分成几行，没有勾稽关系可证实是同一个数",
    )
    SHOWS_PICTURE = "a picture or drawing stands here, which may show a figure", "此处有图片或图形，其中可能有数字"
    SHOWS_FIELD = "a form field stands here, which may show a figure", "此处有表单域，其中可能有数字"
    SHOWS_BOX = "a text box or other object lies here, or may lie here", "此处有或可能有文本框等浮动对象"
    SHOWS_SYMBOLS = (
        "characters of a symbol font stand here, which draws other signs than the text says",
        "此处使用符号字体，所显示的符号与文字不同",
    )
    SHOWS_REVERSED = (
        "text that runs from right to left stands here; its order as seen is not certain",
        "此处有从右向左排列的文字，显示的次序不能确定",
    )
    SHOWS_NUMBER = "an automatic number or bullet stands before the text", "文字前有自动编号或项目符号"
    SHOWS_FAINT = (
        "text stands here that its colour, size or place may hide",
        "此处文字的颜色、字号或位置使其可能无法看清",
    )
    SHOWS_SCRIPT = "a script may write a figure here", "此处的数字可能由脚本写入"
    SHOWS_STYLE = "a style sheet may show a figure here", "此处的数字可能由样式表显示"
    STYLED = "a style may hide, move or change what stands here", "此处的文字可能因样式而被隐藏、移动或改变"
    LACKS_STYLE = (
        "the figure stands in several elements, the style sheet is missing, and no sum proves it",
        "数字分在几个元素中，而网页的样式表缺失，也没有勾稽关系可证实",
    )
    SHOWS_FORMAT = "the cell's format may show another figure here, or none", "此单元格的格式可能使所见数字不同或看不见"
    SHOWS_FORMULA = "a formula stands here, and the file does not hold its result", "此处为公式，文件中没有其结果"
    SHOWS_STAMP = "a stamp lies here, and a figure may stand under it", "此处盖有印章，印章下可能有数字"
    NAMELESS = "characters stand here that the file does not name", "此处的字符在文件中没有编码"
    DRAWN = "something is drawn here that no character explains", "此处有笔画，文件中没有与之对应的字符"
    STRUCK = "a line runs through the figure", "此处的数字被线划去"
    NO_ROW = "the row was not found", "文件中未找到本行"
    NO_VALUE = "no value stands beside the row's label", "本行名称旁没有数字"
    LABEL_LOST = (
        "the row's label was not found; the values stand where the row should be",
        "未找到本行名称，数字位于本行应在的位置",
    )
    SPANS_SEVERAL = "one cell of the document covers several of the form", "原文件的一格跨占表格的数格"
    NOT_A_NUMBER = "what stands here is not a number", "此处所填不是数字"
    NOT_A_COUNT = "an amount of money stands where a count belongs", "应填数量处填的是金额"
    ONE_OR_DASH = "the stroke may be the numeral 1 or a dash", "“一”可能是数字一，也可能是横线"
    EITHER_SIGN = (
        "the mark before the number may mean an increase or a decrease",
        "数字前的符号可能表示增，也可能表示减",
    )
    UNKNOWN_UNIT = "the unit of the amount is not understood", "金额的单位无法识别"
    OVERFULL = "the label has as many values beside it as two rows", "本行名称旁的数字多达两行"
    DISPLACED = (
        "the values stand below the label, where those of other rows stand beside it",
        "数字位于本行名称下方，而其他行的数字与名称在同一行",
    )
    CONTESTED = "the document prints different values for the row", "文件中本行有几组不同的数字"
    SEVERAL_PRINTED = "the document prints several values for the cell", "文件中本格有几个不同的数字"
    UNSETTLED = (
        "the values stand before the label, and the row above lacks values",
        "数字位于本行名称之前，而上一行的数字不足",
    )
    TOO_MANY_WAYS = "too many ways to place the row's values", "本行数字填入各格的方式过多，无法逐一验证"
    SEVERAL_WAYS = "{count} ways to place the values of the row fit", "本行数字有 {count} 种填入各格的方式都成立"
    NO_WAY = (
        "no way to place the row's values satisfies the form's arithmetic",
        "本行数字无论如何填入各格，都不符合勾稽关系",
    )
    LOOSE = (
        "no sum proves the row's numbers; they may be page numbers or another row's",
        "没有勾稽关系可证实本行数字，可能是页码或其他行的数字",
    )
    TWO_READERS = "two readers of the file disagree about the cell", "两种读取方法对本格的读取结果不同"
    TWO_FILES = "the page and its attachment disagree about the cell", "网页与附件中本格的数字不同"
    SEEMS_BLANK = (
        "OCR saw nothing here, but a figure may be printed",
        "文字识别在此处未见数字，但不能确定没有",
    )
    OCR_NO_NUMBER = (
        "read with confidence {confidence}; this is not a number",
        "文字识别置信度为 {confidence}，识别结果不是数字",
    )
    OCR_CONTRADICTED = (
        "read with confidence {confidence}; a sum contradicts it",
        "文字识别置信度为 {confidence}，与勾稽关系矛盾",
    )
    OCR_UNCONFIRMED = (
        "read with confidence {confidence}; no sum confirms it",
        "文字识别置信度为 {confidence}，没有勾稽关系可证实",
    )


SHOWN = frozenset({
    Why.SHOWS_PICTURE, Why.SHOWS_FIELD, Why.SHOWS_BOX, Why.SHOWS_SCRIPT, Why.SHOWS_STYLE, Why.NAMELESS,
    Why.SHOWS_SYMBOLS, Why.SHOWS_REVERSED, Why.SHOWS_NUMBER, Why.SHOWS_FAINT, Why.STYLED,
    Why.SHOWS_FORMAT, Why.SHOWS_FORMULA,
    Why.DRAWN, Why.STRUCK, Why.SHOWS_STAMP,
})  # fmt: skip
"""What stands in a cell, or may lie over it, besides text."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A kind of reason and its details; as text it is English."""

    why: Why
    details: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, why: Why, **details: object) -> Self:
        """A reason with its details."""
        return cls(why, tuple((name, str(value)) for name, value in details.items()))

    @property
    def en(self) -> str:
        """The reason in English."""
        return self.why.value[0].format(**dict(self.details))

    @property
    def zh(self) -> str:
        """The reason in Chinese."""
        return self.why.value[1].format(**dict(self.details))

    def __str__(self) -> str:
        return self.en
