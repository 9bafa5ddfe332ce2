-- The reports whose narratives are written anew: those that changed, and all of the agencies that these belong to.
drop table if exists temp.scope;
create temp table scope as
select id as report from reports
where (id in (select report from changed) or agency_id in (select agency_id from touched))
and id not in (select report from duplicates);

-- The reports whose narratives are to be forgotten.
drop table if exists temp.gone;
create temp table gone as
select report from narratives where report in (select report from changed)
or report in (select id from reports where agency_id in (select agency_id from touched))
or report not in (select id from reports);
create unique index temp.gone_report on gone (report);
