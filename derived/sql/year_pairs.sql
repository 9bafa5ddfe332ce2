-- The chosen reports of an agency on consecutive years.
drop table if exists temp.pairs;
create temp table pairs as
select later.report, earlier.report as previous
from chosen later join chosen earlier on earlier.agency_id = later.agency_id and earlier.year = later.year - 1;

-- Cells that hold no certain number are not compared, nor are those that people decided: the tables of the form have
-- what was read.
drop table if exists temp.doubtful;
create temp table doubtful as
select report, cell from flags where state in {uncertain} and report in (select report from chosen)
union select report, cell from decisions where standing = 'applies' and report in (select report from chosen);
create index temp.doubtful_cell on doubtful (report, cell);

delete from checks where previous is not null and report in (
  select report from changed union all select id from reports where agency_id in (select agency_id from touched));
delete from sudden_changes where previous is not null and report in (
  select report from changed union all select id from reports where agency_id in (select agency_id from touched));
delete from series where report in (
  select report from changed union all select id from reports where agency_id in (select agency_id from touched));
