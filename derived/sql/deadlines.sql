-- The deadlines are those of article 49 of the Regulations on Open Government Information
-- (政府信息公开条例, 国务院令第711号): departments until 31 January, the report on a whole region until 31 March.
-- Which report is one may change with any report of the region.
update panel set
  delay = cast(julianday(first_published) - julianday((year + 1) || '-01-31') as integer),
  late = first_published > (year + 1) || case when summary then '-03-31' else '-01-31' end
where year_doubt is null and first_published is not null
and (agency_id in (select agency_id from touched)
  or (kind = 'government' and (region_code, year) in (select region_code, year from region_years)));
