-- What the reports are like now, for the next time.
delete from derivation_state where report in (select report from changed);
insert into derivation_state (report, agency_id, basis)
select report, agency_id, basis from basis where report in (select report from changed);
