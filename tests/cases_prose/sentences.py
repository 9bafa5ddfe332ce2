"""``sentences.csv``: sentences as real reports have them, with what each states, written down before the rules."""

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from parsers.document.values import CellValue, State
from parsers.form.model import form_of
from parsers.narrative.statements import find_statements

AGENCY = "示例县教育局"
YEAR = 2023
_REQUESTS = {
    "received": "received",
    "carried_in": "carried_in",
    "carried_out": "carried_out",
    "concluded": "concluded",
    "granted": "granted",
    "partly": "partly_granted",
    "granted_or_partly": "granted_or_partly",
    "refused": "refused",
    "unavailable": "unavailable",
    "declined": "declined",
    "other": "other",
    "not_held": "unavailable_not_held",
    "unclear": "unavailable_unclear",
    "state_secret": "refused_state_secret",
    "enforcement_file": "refused_enforcement_file",
    "duplicate": "declined_duplicate",
    "third_party": "refused_third_party",
}
_APPLICANTS = {
    "persons": "natural_person",
    "organisations": "organisations",
    "companies": "company",
    "research": "research_institute",
    "public_interest": "public_interest_org",
    "legal": "legal_services",
}
CODES = {
    **{short: f"applications/{row}/total" for short, row in _REQUESTS.items()},
    **{short: f"applications/received/{column}" for short, column in _APPLICANTS.items()},
    "concluded_persons": "applications/concluded/natural_person",
    "concluded_organisations": "applications/concluded/organisations",
    "review": "disputes/review/total",
    "suit": "disputes/suit",
    "disputes": "disputes/all",
    "direct": "disputes/suit_direct/total",
    "after_review": "disputes/suit_after_review/total",
    "upheld": "disputes/review/upheld",
    "corrected": "disputes/review/corrected",
    "review_other": "disputes/review/other_outcome",
    "pending": "disputes/review/pending",
    "suit_upheld": "disputes/suit/upheld",
    "suit_pending": "disputes/suit/pending",
    "fee_handling": "fees/information_processing",
    "fee": "disclosure/administrative_fees/fee_amount",
    "issued": "disclosure/normative_documents/issued",
    "repealed": "disclosure/normative_documents/repealed",
    "in_force": "disclosure/normative_documents/in_force",
    "regulations": "disclosure/regulations/issued",
    "licences": "disclosure/licensing/decisions",
    "penalties": "disclosure/penalties/decisions",
    "coercion": "disclosure/coercive_measures/decisions",
}
_CARRIED_IN = "applications/carried_in/total"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or two of an agency's report on 2023, and what they state: counted pairs of quantity and value."""

    half: str
    agency: str
    text: str
    states: Counter[tuple[str, Decimal]]

    def found(self) -> Counter[tuple[str, Decimal]]:
        """What the parsers find, beside a table of noughts (but for requests carried in, as the sentence has them)."""
        carried = next((value for code, value in self.states if code == _CARRIED_IN), 0)
        cells: Mapping[str, CellValue] = dict.fromkeys(form_of(2021).cells, CellValue(0, State.PRINTED)) | {
            _CARRIED_IN: CellValue(int(carried), State.PRINTED)
        }
        prose = find_statements({1: self.text}, cells, 2021, YEAR, self.agency)
        return Counter((statement.quantity, Decimal(statement.value)) for statement in prose.statements)


def sentences() -> list[Sentence]:
    """All sentences; ¶ ends a paragraph."""
    with (Path(__file__).parent / "sentences.csv").open(encoding="utf-8", newline="") as lines:
        return [
            Sentence(row["half"], row["agency"] or AGENCY, row["text"].replace("¶", "\n"), _states(row["states"]))
            for row in csv.DictReader(lines)
        ]


def _states(text: str) -> Counter[tuple[str, Decimal]]:
    pairs = (part.split() for part in text.split(";") if part.strip())
    return Counter((CODES[short], Decimal(value)) for short, value in pairs)
