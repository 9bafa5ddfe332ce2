delete from panel where agency_id in (select agency_id from touched);
-- The deadlines are those of article 49 of the Regulations on Open Government Information
-- (政府信息公开条例, 国务院令第711号): departments until 31 January, a government's own report until 31 March.
insert into panel ({names}) select {values} from (
  select c.agency_id, c.year, c.report, c.reports, a.name as agency, r.agency as printed_agency, a.level, a.kind,
    a.class, a.id like '%-government' as summary, a.region_code, g.name as region, p.county_code, p.county,
    p.city_code, p.city, p.province_code, p.province, r.edition, r.status,
    coalesce(f.flags, 0) as flags, coalesce(f.uncertain_cells, 0) as uncertain_cells,
    coalesce(k.own, 0) as broken_checks, coalesce(k.across, 0) as broken_across,
    coalesce(s.sudden_changes, 0) as sudden_changes, x.uncertain, x.decided, r.published, r.withdrawn,
    cast(julianday(c.first_published) - julianday((c.year + 1) || '-01-31') as integer) as delay,
    date(c.first_published) > (c.year + 1) || case when a.id like '%-government' then '-03-31' else '-01-31' end
      as late,
    n.length as narrative_length, n.reuse, n.neighbour, n.neighbour_share, {sums}
  from chosen c
  join reports r on r.id = c.report
  join agencies a on a.id = c.agency_id
  join figures x on x.report = c.report
  left join regions g on g.code = a.region_code
  left join region_ancestors p on p.region_code = a.region_code
  left join narratives n on n.report = c.report
  left join (select report, count(*) as flags, sum(state in {uncertain} and not exists (
      select 1 from decisions d where d.report = flags.report and d.cell = flags.cell and d.standing = 'applies'
      and d.state not in {uncertain})) as uncertain_cells from flags
    where state <> 'printed' and report in (select report from chosen) group by report) f on f.report = c.report
  left join (select report, sum(previous is null) as own, sum(previous is not null) as across from checks
    where report in (select report from chosen) group by report) k on k.report = c.report
  left join (select report, count(*) as sudden_changes from sudden_changes
    where report in (select report from chosen) group by report) s on s.report = c.report
) order by agency_id, year;
-- A new report may be the nearest neighbour of one whose agency nothing else has touched.
update panel set neighbour = n.neighbour, neighbour_share = n.neighbour_share from narratives n
where n.report = panel.report
and (n.neighbour is not panel.neighbour or n.neighbour_share is not panel.neighbour_share);
