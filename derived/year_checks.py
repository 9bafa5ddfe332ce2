"""One agency's reports on consecutive years: the identities between them, and what changed suddenly."""

from collections.abc import Iterator

from sqlite_utils import Database

from derived.changes import drop
from derived.panel_figures import UNCERTAIN
from parsers.form.model import codebook

_PAIRS = """
create temp table pairs as
select later.report, earlier.report as previous
from chosen later join chosen earlier on earlier.agency_id = later.agency_id and earlier.year = later.year - 1
"""
_DOUBTFUL = f"""
create temp table doubtful as select report, cell from flags
where state in {UNCERTAIN} and report in (select report from chosen)
"""
_FORGET = """
delete from {table} where previous is not null and report in (
  select report from changed union all select id from reports where agency_id in (select agency_id from touched))
"""
# codebook.yaml, identities across years; of 国办公开办函〔2021〕30号. Either side is a single cell, so that a blank
# one leaves the identity unevaluated, as it does within a report.
_CARRY_OVER = """
insert into checks (report, identity, scope, "left", "right", previous)
select p.report, 'carry_over', '{applicant}', before.[{applicant}], now.[{applicant}], p.previous
from pairs p
join applications before on before.report = p.previous and before.row = 'carried_out'
join applications now on now.report = p.report and now.row = 'carried_in'
where before.[{applicant}] <> now.[{applicant}]
and not exists (select 1 from doubtful where report = p.previous and cell = 'applications/carried_out/{applicant}')
and not exists (select 1 from doubtful where report = p.report and cell = 'applications/carried_in/{applicant}')
"""
# Only the 2021 form counts documents in force (现行有效件数): 对外公开总数量 of the 2019 form counts those
# disclosed, and nothing there says how many were repealed.
_STOCK = """
insert into checks (report, identity, scope, "left", "right", previous)
select p.report, 'stock', stock.row, stock.value,
  before.value + coalesce(issued.value, 0) - coalesce(repealed.value, 0), p.previous
from pairs p
join disclosure stock on stock.report = p.report and stock.[column] = 'in_force'
join disclosure before on before.report = p.previous and before.row = stock.row and before.[column] = 'in_force'
join disclosure issued on issued.report = p.report and issued.row = stock.row and issued.[column] = 'issued'
join disclosure repealed on repealed.report = p.report and repealed.row = stock.row and repealed.[column] = 'repealed'
where stock.value <> before.value + coalesce(issued.value, 0) - coalesce(repealed.value, 0)
and not exists (select 1 from doubtful where report = p.previous and cell = 'disclosure/' || stock.row || '/in_force')
and not exists (select 1 from doubtful where report = p.report and cell in (
  'disclosure/' || stock.row || '/in_force', 'disclosure/' || stock.row || '/issued',
  'disclosure/' || stock.row || '/repealed'))
"""
_TIMES, _FLOOR = 5, 50
# The figures whose sudden change is worth a look.
WATCHED = (
    "received", "concluded", "carried_out", "review_total", "suits_total", "licensing_decisions",
    "penalties_decisions", "coercive_measures_decisions", "normative_documents_in_force",
    "administrative_fees_fee_amount",
)  # fmt: skip
_SUDDEN = f"""
insert into sudden_changes (report, figure, kind, previous, before, value)
select p.report, '{{figure}}', 'sudden change', p.previous, before.[{{figure}}], now.[{{figure}}]
from pairs p join figures now on now.report = p.report join figures before on before.report = p.previous
where max(before.[{{figure}}], now.[{{figure}}]) >= {_FLOOR}
and max(before.[{{figure}}], now.[{{figure}}]) >= {_TIMES} * min(before.[{{figure}}], now.[{{figure}}])
"""


def compare_years(db: Database) -> None:
    """Write the checks and sudden changes between the chosen reports of consecutive years; they change no status."""
    drop(db, "pairs", "doubtful")
    for statement in _statements():
        db.execute(statement)
    drop(db, "pairs", "doubtful")


def _statements() -> Iterator[str]:
    yield from (_PAIRS, _DOUBTFUL, "create index temp.doubtful_cell on doubtful (report, cell)")
    yield from (_FORGET.format(table=table) for table in ("checks", "sudden_changes"))
    yield from (_CARRY_OVER.format(applicant=applicant) for applicant in codebook().applicants)
    yield _STOCK
    yield from (_SUDDEN.format(figure=figure) for figure in WATCHED)
