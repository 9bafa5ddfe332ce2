"""What only the attack makes as yet: the parsers are not ready for it, so no baseline and no test counts it."""

from tests.factory.columns import COLUMNS, leave_out_column, lose_heads, permute_columns
from tests.factory.converters import CONVERTED
from tests.factory.layouts import HARD, Make
from tests.factory.mutations import (
    Mutation,
    change_in_words,
    cut_numbers,
    empty_template,
    note_below_label,
    one_other_row,
    other_title,
    other_unit,
    repeat_label,
    zeros_and_one_more,
)

UNREADY_MUTATIONS: frozenset[Mutation] = frozenset({
    *COLUMNS, lose_heads, other_unit, change_in_words, one_other_row, note_below_label, repeat_label, empty_template,
    other_title, zeros_and_one_more, cut_numbers,
})  # fmt: skip
# Those that lose nothing: a document with spans is read as if nothing had happened. The heads of section 4 are its
# row's label, which is lost where they are permuted at will.
SOUND: tuple[Mutation, ...] = (
    *(one for one in COLUMNS if one not in (leave_out_column, lose_heads, permute_columns)),
    change_in_words, note_below_label, repeat_label, zeros_and_one_more, other_title,
)  # fmt: skip
UNREADY_MAKES: tuple[Make, ...] = (*HARD, *CONVERTED)


def ready_mutations(make: Make) -> tuple[Mutation, ...]:
    """The ways in which a document of a make may be spoiled that the parsers are ready for."""
    return tuple(mutation for mutation in make.mutations if mutation not in UNREADY_MUTATIONS)
