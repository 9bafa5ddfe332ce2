delete from panel where agency_id in (select agency_id from touched);
-- Here a government's report is one on its whole region; summaries.py then compares it with the region's agencies.
insert into panel ({names}) select {values} from (
  select c.agency_id, c.year, c.report, c.reports, c.rival_reports,
    case when r.scanned then 'scan' when d.media_type like 'text/html%' or d.media_type like 'application/xhtml%'
      then 'page' when r.scanned is not null then 'file' end as medium,
    a.name as agency, r.agency as printed_agency, a.level, a.kind, a.class, a.id like '%-government' as summary,
    case when a.kind = 'government' then 'title' end as summary_basis,
    a.region_code, g.name as region, p.county_code, p.county, p.city_code, p.city, p.province_code, p.province,
    case when coalesce(f.uncertain_cells, 0) < {cells} then r.edition end as edition, r.status,
    case when c.year >= nullif(cast(substr(r.first_seen, 1, 4) as integer), 0) then 'not over'
      when c.year < r.edition and coalesce(f.uncertain_cells, 0) < {cells} then 'no form'
      when c.first_published < (c.year + 1) || '-01-01' then 'early' end as year_doubt,
    coalesce(f.flags, 0) as flags, coalesce(f.uncertain_cells, 0) as uncertain_cells, r.identities,
    coalesce(k.own, 0) as broken_checks, coalesce(k.across, 0) as broken_across,
    coalesce(s.sudden_changes, 0) as sudden_changes, x.uncertain, x.decided, x.conflict,
    case when date(r.published) = r.published then r.published end as published, c.first_published,
    r.withdrawn, null as delay, null as late, n.length as narrative_length, n.reuse, n.neighbour, n.neighbour_share, {sums},
    x.conflicting
  from chosen c
  join reports r on r.id = c.report
  join agencies a on a.id = c.agency_id
  join figures x on x.report = c.report
  left join documents d on d.sha256 = r.document
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
