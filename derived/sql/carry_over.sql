-- codebook.yaml, identities across years; of 国办公开办函〔2021〕30号. Either side is a single cell, so that a blank
-- one leaves the identity unevaluated, as it does within a report.
insert into checks (report, identity, scope, "left", "right", previous)
select p.report, 'carry_over', '{applicant}', before.[{applicant}], now.[{applicant}], p.previous
from pairs p
join applications before on before.report = p.previous and before.row = 'carried_out'
join applications now on now.report = p.report and now.row = 'carried_in'
where before.[{applicant}] <> now.[{applicant}]
and not exists (select 1 from doubtful where report = p.previous and cell = 'applications/carried_out/{applicant}')
and not exists (select 1 from doubtful where report = p.report and cell = 'applications/carried_in/{applicant}');
