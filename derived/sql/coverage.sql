delete from {table};
-- A dissolved agency is expected only where it did report: its successor reports instead. Nobody is expected in a year
-- on which fewer than two agencies report, leaving out those whose year or date is in doubt: it may be a misprint.
insert into {table} (region_code, year, region, expected, found, read, verified)
with reported as (select agency_id, year from panel),
years as (select year from panel where year_doubt is null group by year having count(*) > 1),
expected as (
  select agency_id, year from reported
  union
  select r.agency_id, r.year + step.value from reported r, json_each('[-1, 1]') step
  join agencies a on a.id = r.agency_id
  where a.successor is null and r.year + step.value in (select year from years)
)
select {code} as code, e.year, {region}, count(*), count(p.report),
  sum(coalesce(p.status <> 'incomplete', 0)), sum(coalesce(p.status = 'verified', 0))
from expected e
join agencies a on a.id = e.agency_id
join region_ancestors l on l.region_code = a.region_code
left join panel p on p.agency_id = e.agency_id and p.year = e.year
where {code} is not null
group by {code}, e.year;
