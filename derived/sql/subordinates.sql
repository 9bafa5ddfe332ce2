-- The sums over the agencies of each {level}, without its own government and office and reports on whole regions.
drop table if exists temp.subordinates;
create temp table subordinates as
select p.{level}_code as region_code, p.year, count(*) as agencies, {sums}
from panel p join region_years d on d.region_code = p.{level}_code and d.year = p.year
where {counted} and not (p.kind = 'government' and p.region_code = p.{level}_code)
group by p.{level}_code, p.year;
