-- codebook.yaml, identities across years; of 国办公开办函〔2021〕30号. Either side is a single cell, so that a blank
-- one leaves the identity unevaluated, as it does within a report.
drop table if exists temp.carried;
create temp table carried as
select p.report, p.previous, before.[{applicant}] as before, now.[{applicant}] as now
from pairs p
join applications before on before.report = p.previous and before.row = 'carried_out'
join applications now on now.report = p.report and now.row = 'carried_in'
where before.[{applicant}] is not null and now.[{applicant}] is not null
and not exists (select 1 from doubtful where report = p.previous and cell = 'applications/carried_out/{applicant}')
and not exists (select 1 from doubtful where report = p.report and cell = 'applications/carried_in/{applicant}');

insert into checks (report, identity, scope, "left", "right", previous)
select report, 'carry_over', '{applicant}', before, now, previous from carried where before <> now;

-- 0 = 0 says nothing of a place.
insert into series (report, cell, other)
select report, 'applications/carried_in/{applicant}', previous from carried where before = now and now <> 0
union all
select previous, 'applications/carried_out/{applicant}', report from carried where before = now and now <> 0;
