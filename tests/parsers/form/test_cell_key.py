"""A cell's key is its text, and knows its parts."""

from parsers.form.cell_key import CellKey
from parsers.form.model import form_of


def test_a_key_is_the_text_that_users_write() -> None:
    assert CellKey.of("applications", "granted", "total") == "applications/granted/total"


def test_the_row_of_section_4_is_the_procedure() -> None:
    key = CellKey("disputes/suit_direct/pending")
    assert (key.table, key.row, key.column) == ("disputes", "suit_direct", "pending")


def test_a_form_names_its_cells_by_keys() -> None:
    assert {cell.table for cell in form_of(2021).cells} == {"disclosure", "applications", "disputes"}
