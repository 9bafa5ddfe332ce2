insert into panel_regions ({names}) select {values} from (
  select p.{level}_code as region_code, p.year, p.{level} as region, '{level}' as level,
    count(*) as agencies, sum(p.status = 'verified') as verified, sum(p.edition = 2021) as form_2021,
    sum(p.edition = 2019) as form_2019, sum(p.uncertain is not null) as uncertain_agencies, null as uncertain, {sums}
  from panel p join region_years d on d.region_code = p.{level}_code and d.year = p.year
  where not p.summary group by p.{level}_code, p.year
) order by region_code, year;
