"""One agency's reports on consecutive years: the identities between them, their proofs, and sudden changes."""

from sqlite_utils import Database

from database.schema import table_of
from derived.panel_figures import UNCERTAIN
from derived.sql import run
from parsers.form.model import codebook

# A hint for readers, no error: wide enough that ordinary years give none. test_panel.py shows either side of both;
# `make province` and the question sudden-changes show how many there are at others.
TIMES, FLOOR = 5, 50
# The figures whose sudden change is worth a look: the declaration names them, and so does the dictionary.
(WATCHED,) = (tuple(map(str, one.enum)) for one in table_of("sudden_changes").columns if one.name == "figure")


def compare_years(db: Database) -> None:
    """Write the checks between the chosen reports of consecutive years, what they prove, and sudden changes.

    None of it changes a status.
    """
    run(db, "year_pairs", uncertain=UNCERTAIN)
    for applicant in codebook().applicants:
        run(db, "carry_over", applicant=applicant)
    run(db, "stock")
    for figure in WATCHED:
        run(db, "sudden_changes", {"times": TIMES, "floor": FLOOR}, figure=figure)
