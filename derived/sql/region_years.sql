-- Regions and years in which the touched agencies' rows of the panel count: before these are written, and after.
create temp table if not exists region_years (region_code text, year integer, primary key (region_code, year));
insert or ignore into region_years
select code, year from (
  select county_code as code, year, agency_id from panel
  union all select city_code, year, agency_id from panel
  union all select province_code, year, agency_id from panel)
where code is not null and agency_id in (select agency_id from touched);
