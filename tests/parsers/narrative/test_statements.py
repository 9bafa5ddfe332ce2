"""What the narrative states of the table: every sentence below was written and read by hand.

The agency is 示例市东山区教育局 throughout, the year 2021. Codes are shortened: ``received`` is
applications/received/total.
"""

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.document.values import CellValue, Number, State
from parsers.form.model import form_of
from parsers.narrative.statements import Outcome, Statement, find_statements
from parsers.read import read
from parsers.report import with_cells
from tests.sample_text import report_text
from tests.seeds import needs_seeds, seed

AGENCY = "示例市东山区教育局"
REQUESTS = "（二）依申请公开情况。"
SHORT = {
    "received": "applications/received/total",
    "carried_in": "applications/carried_in/total",
    "carried_out": "applications/carried_out/total",
    "concluded": "applications/concluded/total",
    "granted": "applications/granted/total",
    "partly": "applications/partly_granted/total",
    "granted_or_partly": "applications/granted_or_partly/total",
    "refused": "applications/refused/total",
    "unavailable": "applications/unavailable/total",
    "declined": "applications/declined/total",
    "not_held": "applications/unavailable_not_held/total",
    "third_party": "applications/refused_third_party/total",
    "duplicate": "applications/declined_duplicate/total",
    "persons": "applications/received/natural_person",
    "organisations": "applications/received/organisations",
    "companies": "applications/received/company",
    "review": "disputes/review/total",
    "suit": "disputes/suit",
    "disputes": "disputes/all",
    "direct": "disputes/suit_direct/total",
    "upheld": "disputes/review/upheld",
    "corrected": "disputes/review/corrected",
    "handling_fee": "fees/information_processing",
    "fee": "disclosure/administrative_fees/fee_amount",
    "issued": "disclosure/normative_documents/issued",
    "repealed": "disclosure/normative_documents/repealed",
    "in_force": "disclosure/normative_documents/in_force",
    "regulations": "disclosure/regulations/issued",
    "licences": "disclosure/licensing/decisions",
    "penalties": "disclosure/penalties/decisions",
    "coercion": "disclosure/coercive_measures/decisions",
}
NAMES = {code: short for short, code in SHORT.items()}

STATED: list[tuple[str, dict[str, Number]]] = [
    # verbs, objects, measure words, spaces
    ("全年共受理依申请公开13条。", {"received": 13}),
    ("2021年，我局共收到政府信息公开申请46 件。", {"received": 46}),
    ("本年度收到公民、法人和其他组织提出的政府信息公开申请 1,362 件。", {"received": 1362}),
    ("共收到12件政府信息公开申请，均已按时答复。", {"received": 12}),
    ("全年累计受理政府信息公开申请２１件。", {"received": 21}),
    ("2021 年全年新收到信息公开申请十二件。", {"received": 12}),
    ("东山区教育局2021年度接收依申请公开事项8宗。", {"received": 8}),
    ("区教育局共收到信息公开申请两百零五件。", {"received": 205}),
    ("2021年1月1日至12月31日，我局收到政府信息公开申请3份。", {"received": 3}),
    ("政府信息公开申请总数为7件。", {"received": 7}),
    ("我单位收到依申请公开政府信息申请表5份，已全部按规定给予答复。", {"received": 5}),
    ("政府信息公开申请数量为0。", {"received": 0}),
    ("通过网站发布信息1234条，收到政府信息公开申请9件。", {"received": 9}),
    ("2020年我局收到政府信息公开申请6件，2021年收到政府信息公开申请8件。", {"received": 8}),
    ("收到政府信息公开申请9件，同比增长30%，办结9件。", {"received": 9, "concluded": 9}),
    # none
    ("2021年未收到政府信息公开申请。", {"received": 0}),
    ("本年度我局没有收到公民、法人或其他组织的政府信息公开申请", {"received": 0}),
    ("全年无依申请公开事项。", {"received": 0}),
    (REQUESTS + "本年度未收到申请。", {"received": 0}),
    ("本机关2021年度共收到依申请公开申请数0件。", {"received": 0}),
    ("本年度新收政府信息公开申请数量为13件。", {"received": 13}),
    ("2021年共收到申请政府信息公开14件。", {"received": 14}),
    ("受理群众依申请公开事项6件，均已在法定期限内办结。", {"received": 6}),
    # what became of them
    (REQUESTS + "收到申请9件，办结9件。其中，予以公开7件，部分公开1件，不予公开1件（保护第三方合法权益）。",
     {"received": 9, "concluded": 9, "granted": 7, "partly": 1, "refused": 1}),
    ("全年共办理政府信息公开申请20件，其中予以公开12件、部分公开3件、无法提供4件、不予处理1件。",
     {"concluded": 20, "granted": 12, "partly": 3, "unavailable": 4, "declined": 1}),
    ("共收到依申请公开申请6件，上年结转2件，答复7件，结转下年度继续办理1件。",
     {"received": 6, "carried_in": 2, "concluded": 7, "carried_out": 1}),
    ("共收到政府信息公开申请6件，结转2022年办理1件。", {"received": 6, "carried_out": 1}),
    ("2020年结转政府信息公开申请4件。", {"carried_in": 4}),
    ("答复政府信息公开申请11件，予以公开和部分公开共9件。", {"concluded": 11, "granted_or_partly": 9}),
    ("办结政府信息公开申请5件，不予公开2件，其中保护第三方合法权益1件。",
     {"concluded": 5, "refused": 2, "third_party": 1}),
    ("办结政府信息公开申请5件，其中本机关不掌握相关政府信息3件，重复申请2件。",
     {"concluded": 5, "not_held": 3, "duplicate": 2}),
    ("（二）依申请公开。收到申请5件，其中：予以公开2件；部分公开1件；不予公开2件。",
     {"received": 5, "granted": 2, "partly": 1, "refused": 2}),
    ("我局全年受理依申请公开事项1项，已按照规定时限予以答复1项。", {"received": 1, "concluded": 1}),
    ("2021年，收到政府信息公开申请10件，已答复9件，1件正在办理。", {"received": 10, "concluded": 9}),
    # applicants
    ("收到政府信息公开申请9件，其中自然人8件，法人或其他组织1件。",
     {"received": 9, "persons": 8, "organisations": 1}),
    ("收到政府信息公开申请9件，其中：自然人申请5件、商业企业申请4件；网上申请3件。",
     {"received": 9, "persons": 5, "companies": 4}),
    ("全年收到自然人政府信息公开申请5件。", {"persons": 5}),
    # disputes
    (REQUESTS + "行政复议和行政诉讼 0件。", {"disputes": 0}),
    ("因政府信息公开申请行政复议2件，行政诉讼1件。", {"review": 2, "suit": 1}),
    ("因政府信息公开被申请行政复议3起，被提起行政诉讼1起。", {"review": 3, "suit": 1}),
    (REQUESTS + "因政府信息公开被申请行政复议3件，其中维持2件，结果纠正1件。",
     {"review": 3, "upheld": 2, "corrected": 1}),
    ("因信息公开引发的行政诉讼案件2件。", {"suit": 2}),
    (REQUESTS + "发生行政诉讼3件，未经复议直接起诉3件。", {"suit": 3, "direct": 3}),
    ("全年未发生行政复议、行政诉讼案件。", {"disputes": 0}),
    ("未发生因政府信息公开引起的行政复议和行政诉讼。", {"disputes": 0}),
    ("无政府信息公开行政复议。", {"review": 0}),
    (REQUESTS + "行政复议、行政诉讼均为0件。", {"disputes": 0}),
    ("2021年度，我单位没有因政府信息公开申请行政复议、提起行政诉讼的情况。", {"disputes": 0}),
    ("因政府信息公开工作被申请行政复议0件，提起行政诉讼0件。", {"review": 0, "suit": 0}),
    ("本年度政府信息公开行政复议、行政诉讼数量均为零。", {"disputes": 0}),
    ("接到政府信息公开申请5件，答复率100%，未发生因政府信息公开而引发的行政复议和行政诉讼案件。",
     {"received": 5, "disputes": 0}),
    # fees
    ("2021年度本机关未收取任何费用。", {"handling_fee": 0}),
    ("2021年未收取信息处理费。", {"handling_fee": 0}),
    ("本年度我局收取政府信息公开信息处理费0元。", {"handling_fee": 0}),
    ("信息处理费收取情况：收取信息处理费共计200元。", {"handling_fee": Decimal("0.02")}),
    ("依据《政府信息公开信息处理费管理办法》（国办函〔2020〕109号），没有收取任何信息处理费用", {"handling_fee": 0}),
    ("行政事业性收费12.5万元。", {"fee": Decimal("12.5")}),
    ("全年收取行政事业性收费251000元。", {"fee": Decimal("25.1")}),
    # section 2
    ("制发行政规范性文件12件，废止3件，现行有效40件。", {"issued": 12, "repealed": 3, "in_force": 40}),
    ("截至2021年底，现行有效行政规范性文件40件。", {"in_force": 40}),
    ("全年制定3件规范性文件。", {"issued": 3}),
    ("未制定规章。", {"regulations": 0}),
    ("全年作出行政许可决定120件，实施行政处罚15件，作出行政强制措施决定2件。",
     {"licences": 120, "penalties": 15, "coercion": 2}),
]  # fmt: skip

NOTHING = [
    f"本年度共收到政府信息公开申请{'9' * 20}件。",
    # other things counted
    "本年度通过政府网站发布信息1234条。",
    "通过政府网站向社会公开各类政府信息2620条，公示公告587条，办理市长信箱留言244条，总访问量达403732次。",
    "办理人大代表建议12件、政协提案8件，办结率100%。",
    REQUESTS + "受理12345热线工单80件，办结80件。",
    "公开行政许可120条、行政处罚15条。",
    "主动公开行政处罚决定信息15条。",
    "发布文件94件、政策解读25件、政府公报4期。",
    "对现有的行政规范性文件178件进行全面梳理。",
    "清理规范性文件20件，备案审查规范性文件6件。",
    "公开规范性文件5件。",
    "开展政府信息公开申请办理培训4次。",
    "全年共受理信访件230件，办结230件。",
    "受理行政许可申请56件。",
    "办理行政复议案件120件。",
    "全年行政诉讼23件。",
    "依申请公开平台访问46次。",
    "召开会议5次，出台通知14份。",
    "编制了26个试点领域的目录。",
    REQUESTS + "全年共指导答复24件。",
    # other years, spans of years, comparisons
    "上年收到政府信息公开申请6件。",
    "2020年，我局共收到政府信息公开申请6件，办结6件。",
    "近三年共收到政府信息公开申请40件。",
    "2019年以来，共收到政府信息公开申请40件。",
    "截至目前累计收到政府信息公开申请140件。",
    "我局累计收到政府信息公开申请140件。",
    "上半年收到政府信息公开申请3件。",
    "2019年至2021年，共收到政府信息公开申请40件。",
    "截至2021年，共收到政府信息公开申请140件。",
    "自《条例》施行至2021年，共收到政府信息公开申请140件，2020年办结。",
    "政府信息公开申请量较上年增加3件。",
    "政府信息公开申请同比减少5件。",
    "与上年相比，政府信息公开申请减少2件。",
    "2022年，计划制定规范性文件3件。",
    # other bodies
    "区公安局共收到政府信息公开申请8件。",
    "示例市财政局严格按时限办理，共收到政府信息公开申请8件。",
    "全区各部门共收到政府信息公开申请312件。",
    "各镇办受理政府信息公开申请45件。",
    "下属单位收到政府信息公开申请2件。",
    "全市共收到政府信息公开申请2300件。",
    # parts, by channel or mixed
    "其中网上申请8件，当面申请1件。",
    "通过网络收到政府信息公开申请8件。",
    "政府信息公开申请中，网络申请8件，予以公开4件由网站转来。",
    "全年网上受理依申请公开3件。",
    "收到区政府转来的政府信息公开申请2件。",
    "协助办理政府信息公开申请5件。",
    "代区政府答复政府信息公开申请5件。",
    REQUESTS + "办理审批事项300件，答复300件。",
    "以区政府名义制发规范性文件5件。",
    "印发《示例办法（2021年）》等规范性文件5件。",
    "如未收到政府信息公开申请，不收取信息处理费。",
    # by another, of other things, or of a part
    "2023年，区政府办公室收到政府信息公开申请5件。",
    REQUESTS + "指导全区各单位办理依申请公开23件。",
    REQUESTS + "开展依申请公开案例培训2次，编发案例12件。",
    REQUESTS + "依申请公开平台受理群众办事申请300件，办结300件。",
    REQUESTS + "全年制发公文50件，主动公开20件，依申请公开10件，不予公开20件。",
    REQUESTS + "没有收到网上申请，收到书面申请3件。",
    "公文公开属性认定：主动公开20件，依申请公开5件，不予公开3件。",
    REQUESTS + "未收到企业申请。",
    REQUESTS + "代拟答复5件，法律顾问审核答复书20份。",
    "主动公开信息300条，依申请公开信息5条。",
    "2021年1-6月收到政府信息公开申请3件。",
    "共收到政府信息公开申请12件（含下属单位5件）。",
    "未发生因信息公开被纠正的行政复议、行政诉讼案件。",
    "本年度未收到政府信息公开类投诉举报，无行政复议败诉。",
    "无逾期未答复政府信息公开申请情况。",
    "（三）行政复议、行政诉讼情况。全年办理行政应诉案件12件，其中政府信息公开类3件。",
    REQUESTS + "2020年收到申请20件，2021年度尚未统计。",
    REQUESTS + "办结2020年结转申请2件，网上受理申请8件。",
    "全区行政复议机关受理行政复议案件300件，审结280件。",
    "清理规范性文件50件，其中废止3件、修改2件、继续有效45件。",
    "办理行政许可事项，作出准予行政许可决定56件，不予许可决定2件。",
    "公示行政许可决定200件，行政处罚决定30件。",
    # not exact, not a count
    "收到政府信息公开申请20余件。",
    "收到政府信息公开申请约20件。",
    "收到政府信息公开申请近百件。",
    "收到政府信息公开申请1至3件。",
    "政府信息公开申请答复率100%。",
    "如收到政府信息公开申请1件即办理1件。",
    "认真做好政府信息公开申请办理，让群众满意。",
    "收取检测费200元。",
    "财政拨款收取资金12万元。",
]  # fmt: skip

PARTLY: list[tuple[str, dict[str, Number]]] = [
    ("收到政府信息公开申请20件，其中网上申请8件，予以公开8件。", {"received": 20}),
    ("收到政府信息公开申请9件，其中自然人8件，予以公开7件。", {"received": 9, "persons": 8}),
    ("发布信息1234条，其中规范性文件5件，办理留言3件，收到政府信息公开申请2件。", {"received": 2}),
    ("共受理（含上年结转2件）政府信息公开申请12件。", {"carried_in": 2}),
    (REQUESTS + "行政复议、行政诉讼各1件，以我局为被告的行政诉讼3件。", {"review": 1, "suit": 1}),
    (REQUESTS + "行政复议、行政诉讼分别为2件、1件。", {}),
    (REQUESTS + "收到申请12件，按时答复10件，逾期答复2件。", {"received": 12}),
    (REQUESTS + "收到申请12件，其中撤回2件，答复10件。", {"received": 12}),
    (REQUESTS + "收到申请20件，其中15件为征地信息，答复15件。", {"received": 20}),
    ("2021年未收到政府信息公开申请，2020年收到3件。", {"received": 0}),
    ("共收到政府信息公开申请12件，下属学校收到3件。", {"received": 12}),
    ("因政府信息公开引发行政复议6件和行政诉讼3件，其中维持5件。", {"review": 6, "suit": 3}),
    ("收到政府信息公开申请12件，其中上年结转2件。", {"carried_in": 2}),
    ("收到政府信息公开申请3件，各部门答复12件。", {"received": 3}),
    ("收到政府信息公开申请3件，办理留言5件，回复5件。", {"received": 3}),
]


def _cells(**values: Number | None) -> dict[str, CellValue]:
    """The cells of the 2021 form: 0 but for those given by their short names."""
    cells: dict[str, CellValue] = dict.fromkeys(form_of(2021).cells, CellValue(0, State.PRINTED))
    for name, value in values.items():
        cells[SHORT[name]] = CellValue(value, State.PRINTED if value is not None else State.BLANK)
    return cells


def _find(text: str, chapter: int = 1, agency: str = AGENCY, **values: Number | None) -> tuple[Statement, ...]:
    return find_statements({chapter: text}, _cells(**values), 2021, 2021, agency).statements


def _said(text: str, chapter: int = 1) -> dict[str, Number]:
    return {NAMES.get(found.quantity, found.quantity): found.value for found in _find(text, chapter)}


@pytest.mark.parametrize(("text", "stated"), STATED + PARTLY, ids=lambda case: case if isinstance(case, str) else "")
def test_what_a_sentence_states(text: str, stated: dict[str, Number]) -> None:
    assert _said(text) == stated


@pytest.mark.parametrize("text", NOTHING)
def test_a_sentence_on_another_thing_states_nothing(text: str) -> None:
    assert _said(text) == {}


@needs_seeds
def test_the_five_real_texts() -> None:
    none = ("handling_fee", 0, Outcome.NOT_COMPARABLE)
    read_by_hand = {
        "000": [("received", 13, Outcome.AGREES), ("concluded", 13, Outcome.AGREES), none],
        "001": [none],
        "002": [
            ("received", 9, Outcome.AGREES),
            ("concluded", 9, Outcome.AGREES),
            ("granted", 7, Outcome.AGREES),
            ("partly", 1, Outcome.AGREES),
            ("refused", 1, Outcome.AGREES),
            none,
        ],
        "003": [("received", 7, Outcome.AGREES)],
        "004": [("received", 21, Outcome.AGREES), ("disputes", 0, Outcome.AGREES), none],
    }
    for number, expected in read_by_hand.items():
        report = read(seed(number))
        assert [(NAMES[s.quantity], s.value, s.outcome) for s in report.statements] == expected
        assert all(s.sentence in report.chapters[s.chapter].text for s in report.statements)


def test_agreement_is_with_the_cell_or_the_sum_of_cells() -> None:
    text = "收到政府信息公开申请9件，答复9件，予以公开6件，不予公开3件。"
    found = _find(text, received=9, concluded=9, granted=7, third_party=3)
    assert [(NAMES[s.quantity], s.value, s.table, s.outcome) for s in found] == [
        ("received", 9, 9, Outcome.AGREES),
        ("concluded", 9, 9, Outcome.AGREES),
        ("granted", 6, 7, Outcome.DIFFERS),
        ("refused", 3, 3, Outcome.AGREES),
    ]
    assert len(found[3].cells) == 8
    assert {s.sentence for s in found} == {text}


def test_a_cell_without_a_number_cannot_be_compared() -> None:
    (found,) = _find("收到政府信息公开申请9件。", received=None)
    assert (found.table, found.outcome) == (None, Outcome.NOT_COMPARABLE)
    cells = _cells() | {SHORT["received"]: CellValue(9, State.UNCERTAIN)}
    (found,) = find_statements({1: "收到政府信息公开申请9件。"}, cells, 2021, 2021, AGENCY).statements
    assert (found.table, found.outcome) == (None, Outcome.NOT_COMPARABLE)


def test_a_government_speaks_for_its_region_and_an_office_does_not() -> None:
    text = "全区共收到政府信息公开申请312件。"
    assert [s.value for s in _find(text, agency="示例市东山区人民政府")] == [312]
    assert _find(text, agency="示例市东山区人民政府办公室") == ()


def test_a_part_of_this_years_requests_is_not_all_that_was_concluded() -> None:
    text = "收到政府信息公开申请9件，其中办结7件。"
    assert [NAMES[s.quantity] for s in _find(text, received=9, concluded=7, carried_out=2)] == ["received", "concluded"]
    assert [NAMES[s.quantity] for s in _find(text, received=9, concluded=9, carried_in=2)] == ["received"]


def test_an_amount_agrees_to_the_four_decimals_of_the_form() -> None:
    text = "行政事业性收费251.2元。"
    assert [s.outcome for s in _find(text, fee=Decimal("0.0251"))] == [Outcome.AGREES]
    assert [s.outcome for s in _find(text, fee=Decimal("0.0252"))] == [Outcome.DIFFERS]


def test_a_heading_alone_on_its_line_is_the_topic_of_what_follows() -> None:
    assert _said("（二）依申请公开方面\n收到申请3件。\n（三）信息管理方面\n收到申请8件。") == {"received": 3}


def test_rows_of_a_table_are_no_sentences() -> None:
    assert _said("制发行政规范性文件 12件\n作出行政处罚决定\t15件\n作出行政处罚决定3件。", chapter=2) == {
        "penalties": 3
    }


@pytest.mark.parametrize("chapter", range(1, 7))
def test_every_chapter_is_read(chapter: int) -> None:
    assert _said("收到政府信息公开申请3件。", chapter=chapter) == {"received": 3}


def test_chapters_three_and_four_speak_of_requests_and_disputes_alone() -> None:
    assert _said("本年度收到申请3件。", chapter=1) == {}
    assert _said("本年度收到申请3件。", chapter=3) == {"received": 3}
    assert _said("行政复议2件，行政诉讼1件。", chapter=4) == {"review": 2, "suit": 1}


def test_sentences_that_count_are_counted_and_those_understood() -> None:
    text = "收到政府信息公开申请3件。协助办理政府信息公开申请5件。未发生行政复议败诉案件。公开信息30条。召开会议5次。"
    prose = find_statements({1: text}, _cells(), 2021, 2021, AGENCY)
    assert (prose.counting, prose.understood) == (3, 1)


def test_an_older_edition_has_its_own_cells() -> None:
    cells: dict[str, CellValue] = dict.fromkeys(form_of(2019).cells, CellValue(4, State.PRINTED))
    text = "制定规范性文件4件，现行有效规范性文件9件。"
    found = find_statements({1: text}, cells, 2019, 2020, AGENCY).statements
    assert [(s.quantity, s.table, s.outcome) for s in found] == [
        ("disclosure/normative_documents/produced", 4, Outcome.AGREES),
        (SHORT["in_force"], None, Outcome.NOT_COMPARABLE),
    ]


def test_statements_change_neither_cells_nor_status() -> None:
    prose = "本报告为示例，数字系虚构。"
    plain, stated = read(report_text()), read(report_text((prose, "共收到政府信息公开申请16件。")))
    assert [s.outcome for s in stated.statements] == [Outcome.DIFFERS]
    assert (stated.cells, stated.status) == (plain.cells, plain.status)


def test_a_statement_follows_its_cell_when_that_turns_out_uncertain() -> None:
    report = read(report_text(("本报告为示例，数字系虚构。", "共收到政府信息公开申请15件。")))
    doubted = with_cells(report, {**report.cells, SHORT["received"]: CellValue(None, State.UNCERTAIN)})
    assert [s.outcome for s in (*report.statements, *doubted.statements)] == [Outcome.AGREES, Outcome.NOT_COMPARABLE]


TEMPLATES = (
    ("全年共收到政府信息公开申请{}，办结{}。", ("received", "concluded")),
    ("（二）依申请公开。本年度受理申请{}，予以公开{}、部分公开{}。", ("received", "granted", "partly")),
    ("2021年，我局办结政府信息公开申请{}，其中予以公开{}，不予公开{}。", ("concluded", "granted", "refused")),
    ("因政府信息公开被申请行政复议{}；因政府信息公开被提起行政诉讼{}。", ("review", "suit")),
    ("本年制发行政规范性文件{}，废止{}，现行有效{}。", ("issued", "repealed", "in_force")),
)


def _numerals(number: int) -> str:
    """A number below a hundred as it is written out."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if not tens:
        return digits[ones]
    return (digits[tens] if tens > 1 else "") + "十" + (digits[ones] if ones else "")


def _written(number: int, rng: Random) -> str:
    styles = [f"{number}", f"{number:,}", f" {number} ", str(number).translate({48 + d: 0xFF10 + d for d in range(10)})]
    if number < 100:
        styles.append(_numerals(number))
    return rng.choice(styles) + rng.choice("件份宗条起")


@settings(max_examples=150)
@given(
    template=st.sampled_from(TEMPLATES),
    numbers=st.lists(st.integers(0, 99_999), min_size=3, max_size=3),
    seed=st.integers(),
)
def test_numbers_come_back(template: tuple[str, tuple[str, ...]], numbers: list[int], seed: int) -> None:
    rng = Random(seed)
    text, names = template
    small = [number % rng.choice((10, 100, 100_000)) for number in numbers[: len(names)]]
    assert _said(text.format(*(_written(number, rng) for number in small))) == dict(zip(names, small, strict=True))


_WORDS = (
    "收到 受理 政府信息公开申请 依申请公开 办结 其中 自然人 予以公开 行政复议 、 ， 。 （ ） "
    "《 》 件 万元 元 2020年 2021年 未 上年 十 零 3 , . １ ٣ 百"
)


@settings(max_examples=150)
@given(st.lists(st.sampled_from(_WORDS.split()), max_size=30).map("".join))
def test_any_prose_can_be_read(text: str) -> None:
    for found in _find(text):
        assert found.sentence in text
        assert found.value >= 0
