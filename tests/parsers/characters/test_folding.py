import pytest

from parsers.characters.folding import fold, label_key, squeeze


def test_radicals_become_the_ideographs_of_mainland_print() -> None:
    assert fold("⼀⼈⾏⺠⻔⻓⻬⻅⼾⾭") == "一人行民门长齐见户青"


def test_a_radical_inside_a_word_of_a_real_text() -> None:
    assert fold("⻔⼾⽹站⼯作⼒争") == "门户网站工作力争"


def test_invisible_marks_and_foreign_spaces_go() -> None:
    assert fold("\ufeff行\u200b政\u00a0许\u3000可\u202a") == "行政 许 可"


def test_punctuation_circled_digits_and_superscripts_stay_in_text() -> None:
    assert fold("（一）①2620条，10²") == "（一）①2620条，10²"


@pytest.mark.parametrize("label", ["１．属于国家秘密", "1、属于国家秘密", "1.属于 国家\u00a0秘密", "1.属于国家秘密"])
def test_label_keys_ignore_spaces_width_and_punctuation(label: str) -> None:
    assert label_key(label) == "1属于国家秘密"


def test_squeeze_makes_digits_plain() -> None:
    assert squeeze("示例市 ２０２１年") == "示例市2021年"
