insert into panel_regions ({names}) select {values} from (
  select p.{level}_code as region_code, p.year, p.{level} as region, '{level}' as level,
    count(*) as agencies, sum(p.status = 'verified') as verified, total(p.edition = 2021) as form_2021,
    total(p.edition = 2019) as form_2019, sum(p.year_doubt is not null) as early_agencies,
    sum(p.status = 'incomplete') as incomplete_agencies, sum(p.uncertain is not null) as uncertain_agencies,
    sum(p.conflict is not null) as conflict_agencies, null as uncertain, null as conflict, {sums}
  from panel p join region_years d on d.region_code = p.{level}_code and d.year = p.year
  where {counted} group by p.{level}_code, p.year
) order by region_code, year;
