"""Which quantities there are, which cells they are the sum of, and which clauses state them."""

import pytest

from parsers.form.model import form_of
from parsers.narrative.quantities import (
    ORGANISATIONS,
    Ground,
    Quantity,
    Share,
    outcome_of,
    quantities,
    share_of,
    vocabulary,
)

KNOWN = {quantity.code: quantity for quantity in quantities(2021)}


def stated(clause: str, *, topic: bool = False, before: str = "") -> set[str]:
    plain = vocabulary().blanked(clause)
    return {code for code, one in KNOWN.items() if one.stated_by(plain, topic=topic, before={before})}


def test_codes_are_unique_and_their_cells_are_those_of_the_form() -> None:
    assert len(KNOWN) == len(quantities(2021))
    for one in KNOWN.values():
        assert set(one.keys(2021, "total")) <= set(form_of(2021).cells)
        assert any(one.keys(edition, "total") for edition in (2021, 2019)) or one.code == "fees/information_processing"


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        ("收到政府信息公开申请#", "applications/received"),
        ("办结政府信息公开申请#", "applications/concluded"),
        ("政府信息公开引发行政复议案件#", "disputes/review"),
        ("未经复议直接起诉#", "disputes/suit_direct"),
        ("收取信息处理费¥", "fees/information_processing"),
        ("废止规章#", "disclosure/regulations/repealed"),
    ],
)
def test_a_clause_states_one_quantity(clause: str, code: str) -> None:
    assert stated(clause) == {code}


def test_some_clauses_state_something_only_among_requests() -> None:
    assert stated("予以公开#") == set()
    assert stated("予以公开#", topic=True) == {"applications/granted"}
    assert stated("属于国家秘密#", topic=True) == {"applications/refused_state_secret"}


def test_some_clauses_state_something_only_after_another() -> None:
    assert stated("废止#") == set()
    assert stated("废止#", before="disclosure/regulations/issued") == {"disclosure/regulations/repealed"}


def test_a_clause_with_a_word_more_states_nothing() -> None:
    assert stated("收到政府信息公开申请和建议#", topic=True) == set()


def test_a_clause_can_say_that_there_was_none() -> None:
    denied = {code for code, one in KNOWN.items() if one.denied_by("未收到政府信息公开申请", topic=False)}
    assert denied == {"applications/received"}
    assert not any(one.denied_by("收到政府信息公开申请#", topic=True) for one in KNOWN.values())


def test_a_quantity_of_section_3_has_a_cell_for_each_applicant() -> None:
    received = KNOWN["applications/received"]
    assert received.keys(2021, "total") == ("applications/received/total",)
    assert received.keys(2021, "natural_person") == ("applications/received/natural_person",)
    assert len(received.keys(2021, ORGANISATIONS)) == 5


def test_sums_have_the_cells_of_an_edition() -> None:
    assert len(KNOWN["applications/refused"].keys(2021, "total")) == 8
    assert KNOWN["disputes/suit"].keys(2021, "total") == (
        "disputes/suit_direct/total",
        "disputes/suit_after_review/total",
    )
    issued = KNOWN["disclosure/regulations/issued"]
    assert (issued.keys(2021, "total"), issued.keys(2019, "total")) == (
        ("disclosure/regulations/issued",),
        ("disclosure/regulations/produced",),
    )
    assert KNOWN["fees/information_processing"].keys(2021, "total") == ()


def test_what_a_quantity_includes() -> None:
    assert KNOWN["applications/refused"].includes(KNOWN["applications/refused_state_secret"])
    assert KNOWN["disputes/all"].includes(KNOWN["disputes/review"])
    assert not KNOWN["disputes/review"].includes(KNOWN["disputes/suit"])


@pytest.mark.parametrize(
    ("code", "clause", "outcome"),
    [
        ("disputes/review", "维持#", "disputes/review/upheld"),
        ("disputes/review", "结果纠正#", "disputes/review/corrected"),
        ("disputes/suit", "尚未审结#", "disputes/suit/pending"),
        ("applications/received", "维持#", None),
        ("disputes/review", "示例#", None),
    ],
)
def test_outcomes_of_disputes(code: str, clause: str, outcome: str | None) -> None:
    found = outcome_of(KNOWN[code], clause)
    assert (found.code if found else None) == outcome


def test_the_outcome_of_suits_is_that_of_both_kinds() -> None:
    found = outcome_of(KNOWN["disputes/suit"], "维持#")
    assert isinstance(found, Quantity)
    assert found.keys(2021, "total") == ("disputes/suit_direct/upheld", "disputes/suit_after_review/upheld")


@pytest.mark.parametrize(
    ("clause", "found"),
    [
        ("自然人申请#", Share("natural_person", received=False, requests=True)),
        ("公民个人提出申请#", Share("natural_person", received=False, requests=True)),
        ("#为自然人申请", Share("natural_person", received=False, requests=True)),
        ("商业企业#", Share("company", received=False, requests=False)),
        ("收到企业申请#", Share("company", received=True, requests=True)),
        ("法人或其他组织提出申请#", Share(ORGANISATIONS, received=False, requests=True)),
        ("收到申请#", None),
        ("公民法人和其他组织申请#", None),
    ],
)
def test_the_kind_of_applicant_that_a_clause_names(clause: str, found: Share | None) -> None:
    assert share_of(vocabulary().blanked(clause)) == found


def test_all_kinds_of_applicants_together_are_the_total() -> None:
    assert stated("收到公民、法人和其他组织申请公开政府信息#") == {"applications/received"}
    assert stated("收到法人或其他组织申请公开政府信息#") == set()


def test_on_what_ground_a_clause_states_a_quantity() -> None:
    granted = KNOWN["applications/granted"]
    assert granted.stated_by("予以公开#", topic=False) is None
    assert granted.stated_by("#予以公开", topic=True) is Ground.TOPIC
    assert granted.stated_by("公开#", topic=True, before={"applications/concluded"}) is Ground.BEFORE
    assert KNOWN["applications/received"].stated_by("收到政府信息公开申请#", topic=False) is Ground.WORDS


def test_no_word_of_a_pattern_has_a_filler_in_it() -> None:
    words = (
        "复议 诉讼 未经复议 政府信息公开申请 针对 涉及 对外公开 规范性文件 处理费 结转 制发 废止 现行有效 行政许可决定"
    )
    assert [word for word in words.split() if vocabulary().blanked(word) != word] == ["未经复议"]
