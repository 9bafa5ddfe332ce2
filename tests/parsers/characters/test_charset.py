import pytest

from parsers.characters.charset import decode

TEXT = "行政许可 13 件"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb2312", "gbk", "gb18030", "utf-16"])
def test_the_bytes_decide(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)) == TEXT


def test_a_text_cut_inside_a_character_stays_utf8() -> None:
    assert decode(TEXT.encode()[:-1]) == TEXT[:-1] + "\ufffd"
