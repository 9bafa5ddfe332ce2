"""One spelling for every way in which a name is printed."""

import re
import unicodedata

from parsers.characters.folding import simplified, squeeze

# A remark in brackets after something else; the last may lack its closing bracket.
_ASIDE = re.compile(r"(?<=.)[(【\[〔][^()【】\[\]〔〕]*(?:[)】\]〕]|$)")
_NOISE = re.compile(r"[^0-9A-Za-z\u3400-\u9fff]")
# Ways to write a digit, among them those of cheques; place names have them too (伍, 陆), so both sides are folded.
_DIGITS = str.maketrans(
    {
        **dict(zip("0123456789", "〇一二三四五六七八九", strict=True)),
        **dict(zip("零○壹贰叁肆伍陆柒捌玖拾", "〇〇一二三四五六七八九十", strict=True)),
        **dict(zip("貳參陸弍弎", "二三六二三", strict=True)),
    }
)
_JOINING = re.compile("[和与及]")


def name_key(name: str) -> str:
    """A name's letters and ideographs in one form: simplified, without spaces, marks and remarks in brackets."""
    text = simplified(unicodedata.normalize("NFKC", squeeze(name).replace("○", "〇")))
    while (shorter := _ASIDE.sub("", text)) != text:
        text = shorter
    return _NOISE.sub("", text.replace("〇", "零")).translate(_DIGITS)


def unjoined(key: str) -> str:
    """A key without the words that join the parts of a body's name, which vary (住房和城乡建设, 住房城乡建设)."""
    return _JOINING.sub("", key)
