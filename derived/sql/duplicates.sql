-- The reports of the touched agencies, of each year the one to be used first. The rule, in the words of table
-- duplicates: status first, then the portal before a file, the last published, the highest number (ids of one portal
-- grow with time, so the longer is the higher).
-- Whoever publishes a report once more was not late because of that: the first date after the year counts. What no
-- calendar has (2023-13-01) is no date.
drop table if exists temp.ranked;
create temp table ranked as
select id as report, agency_id, year, cells_digest, text_digest,
  count(*) over (partition by agency_id, year) as reports,
  coalesce(min(case when date(published) = published and published >= (year + 1) || '-01-01' then published end)
    over (partition by agency_id, year), case when date(published) = published then published end) as first_published,
  row_number() over (partition by agency_id, year order by
    case status when 'verified' then 0 when 'reviewed' then 1 when 'inconsistent' then 2 when 'uncertain' then 3 else 4 end,
    id like 'file-%', published desc, length(id) desc, id desc) as rank
from reports where agency_id in (select agency_id from touched) and year is not null;
create index temp.ranked_first on ranked (agency_id, year, rank);

-- One report an agency and year.
drop table if exists temp.chosen;
create temp table chosen as
select first.report, first.agency_id, first.year, first.reports, first.first_published, (
    select count(*) from ranked other where other.agency_id = first.agency_id and other.year = first.year
    and other.rank > 1 and not (coalesce(other.cells_digest = first.cells_digest, 0)
      or coalesce(other.text_digest = first.text_digest, 0))) as rival_reports
from ranked first where first.rank = 1;
create unique index temp.chosen_report on chosen (report);
create unique index temp.chosen_year on chosen (agency_id, year);

-- The others.
delete from duplicates where report in (select report from changed)
or report in (select id from reports where agency_id in (select agency_id from touched));
insert into duplicates (report, chosen, same)
select other.report, first.report,
  case when other.cells_digest = first.cells_digest and other.text_digest = first.text_digest then 'cells and text'
    when other.cells_digest = first.cells_digest then 'cells'
    when other.text_digest = first.text_digest then 'text' else 'nothing' end
from ranked other join ranked first on first.agency_id = other.agency_id and first.year = other.year and first.rank = 1
where other.rank > 1;
drop table temp.ranked;
