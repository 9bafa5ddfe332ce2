delete from coverage;
-- A year that was not over when its report was first seen is a misprint: nobody else is expected to report on it.
-- A dissolved agency is expected only where it did report: its successor reports instead.
insert into coverage (region_code, year, region, expected, found, read, verified)
with reported as (select agency_id, year from panel),
span as (
  select min(p.year) as first, max(p.year) as last from panel p join reports r on r.id = p.report
  where p.year < substr(r.first_seen, 1, 4)
),
expected as (
  select agency_id, year from reported
  union
  select r.agency_id, r.year + step.value from reported r, json_each('[-1, 1]') step, span
  join agencies a on a.id = r.agency_id
  where a.successor is null and r.year + step.value between span.first and span.last
)
select coalesce(l.city_code, l.province_code), e.year, coalesce(l.city, l.province), count(*), count(p.report),
  sum(coalesce(p.status <> 'incomplete', 0)), sum(coalesce(p.status = 'verified', 0))
from expected e
join agencies a on a.id = e.agency_id
join region_ancestors l on l.region_code = a.region_code
left join panel p on p.agency_id = e.agency_id and p.year = e.year
group by coalesce(l.city_code, l.province_code), e.year;
