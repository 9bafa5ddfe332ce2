-- Each region of six digits with the county, city and province that it is or lies in; levels are those of table regions.
drop table if exists temp.region_ancestors;
create temp table region_ancestors as
with recursive above(code, level, found, name, parent) as (
  select code, level, code, name, parent from regions where length(code) = 6
  union all
  select above.code, r.level, r.code, r.name, r.parent from above join regions r on r.code = above.parent
)
select code as region_code,
  max(case level when 'county' then found end) as county_code, max(case level when 'county' then name end) as county,
  max(case level when 'city' then found end) as city_code, max(case level when 'city' then name end) as city,
  max(case level when 'province' then found end) as province_code,
  max(case level when 'province' then name end) as province
from above group by code;
create unique index temp.region_ancestors_code on region_ancestors (region_code);
