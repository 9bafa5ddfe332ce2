"""The form as data, against the official notices."""

import pytest

from parsers.form.model import form_of, forms, head_sequences, known_labels


def test_editions_come_newest_first() -> None:
    assert [form.edition for form in forms()] == [2021, 2019]


@pytest.mark.parametrize(("edition", "disclosure", "applications", "cells"), [(2021, 6, 25, 200), (2019, 8, 23, 198)])
def test_each_edition_has_its_rows_and_cells(edition: int, disclosure: int, applications: int, cells: int) -> None:
    form = form_of(edition)
    tables = [row.table for row in form.rows]
    assert (tables.count("disclosure"), tables.count("applications"), tables.count("disputes")) == (
        disclosure, applications, 1,
    )  # fmt: skip
    assert len(form.cells) == len(set(form.cells)) == cells


def test_a_form_that_the_codebook_has_not_is_an_error() -> None:
    with pytest.raises(KeyError):
        form_of(2014)


def test_section_4_is_one_row_of_fifteen() -> None:
    row = form_of(2021).rows[-1]
    assert [row.cells[0], row.cells[4], row.cells[14]] == [
        "disputes/review/upheld",
        "disputes/review/total",
        "disputes/suit_after_review/total",
    ]


def test_a_label_is_known_whole_without_its_ordinal_and_without_its_explanation() -> None:
    partly = next(row for row in form_of(2021).rows if row.code == "partly_granted")
    assert partly.keys[0] == "二部分公开区分处理的只计这一情形不计其他情形"
    assert set(partly.keys[1:]) == {"部分公开区分处理的只计这一情形不计其他情形", "二部分公开", "部分公开"}
    assert set(partly.keys) <= known_labels()


def test_heads_of_blocks() -> None:
    assert ("本年制发件数", "本年废止件数", "现行有效件数") in head_sequences()
    assert ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计") in head_sequences()


def test_identities_of_the_2021_form() -> None:
    identities = form_of(2021).identities
    count = {name: sum(one.name == name for one in identities) for name in {one.name for one in identities}}
    assert count == {"balance": 7, "outcomes": 7, "applicants": 25, "disputes": 3}
    balance = next(one for one in identities if (one.name, one.scope) == ("balance", "company"))
    assert balance.left == ("applications/received/company", "applications/carried_in/company")
    assert balance.right == ("applications/concluded/company", "applications/carried_out/company")
    outcomes = next(one for one in identities if (one.name, one.scope) == ("outcomes", "total"))
    assert len(outcomes.right) == 2 + 8 + 3 + 5 + 3
    assert "applications/carried_out/total" not in outcomes.right


def test_only_fees_and_procurement_are_amounts() -> None:
    rows = [row for form in forms() for row in form.rows]
    amounts = {cell for row in rows for cell, column in zip(row.cells, row.columns, strict=True) if column.is_amount}
    assert amounts == {"disclosure/administrative_fees/fee_amount", "disclosure/central_procurement/procurement_amount"}
