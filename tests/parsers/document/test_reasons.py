"""Why a cell is flagged is said in English and in Chinese, with the same details."""

import string

import pytest

from parsers.document.reasons import Reason, Why


@pytest.mark.parametrize("why", Why)
def test_every_reason_has_both_languages_with_the_same_details(why: Why) -> None:
    en, zh = why.value
    details = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (en, zh)]
    assert en.isascii()
    assert any("一" <= sign <= "鿿" for sign in zh)
    assert details[0] == details[1]


def test_details_stand_in_both() -> None:
    reason = Reason.of(Why.SEVERAL_WAYS, count=3)
    assert reason.en == "3 ways to place the values of the row fit"
    assert reason.zh == "本行数字有 3 种填入各格的方式都成立"
