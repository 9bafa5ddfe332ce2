-- What the derived rows of each report rest on now.
drop table if exists temp.basis;
create temp table basis as
select r.id as report, r.agency_id, json_array(:rules, r.agency_id, r.agency, r.year, r.edition, r.status, r.published,
  r.withdrawn, substr(r.first_seen, 1, 4), r.scanned, r.identities, o.media_type, r.cells_digest, r.text_digest, a.name,
  a.level, a.kind, a.class, a.region_code, a.successor, g.name, p.county_code, p.county, p.city_code, p.city, p.province_code,
  p.province,
  (select json_group_array(json_array(d.cell, d.state, d.value)) from decisions d
   where d.report = r.id and d.standing = 'applies')) as basis
from reports r left join agencies a on a.id = r.agency_id left join regions g on g.code = a.region_code
left join region_ancestors p on p.region_code = a.region_code left join documents o on o.sha256 = r.document;
create unique index temp.basis_report on basis (report);

-- Reports that are new, gone or other than they were.
drop table if exists temp.changed;
create temp table changed as
select b.report, b.agency_id, d.agency_id as agency_before
from basis b left join derivation_state d on d.report = b.report
where d.basis is not b.basis
union all
select report, null, agency_id from derivation_state where report not in (select report from basis);
create unique index temp.changed_report on changed (report);

-- The agencies, then and now, whose reports these are.
drop table if exists temp.touched;
create temp table touched as
select agency_id from changed where agency_id is not null
union select agency_before from changed where agency_before is not null;
create unique index temp.touched_agency on touched (agency_id);
