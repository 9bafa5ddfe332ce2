-- Only the 2021 form counts documents in force (现行有效件数): 对外公开总数量 of the 2019 form counts those
-- disclosed, and nothing there says how many were repealed.
drop table if exists temp.stocks;
create temp table stocks as
select p.report, p.previous, stock.row, stock.value as stock, before.value as before, issued.value as issued,
  repealed.value as repealed, before.value + coalesce(issued.value, 0) - coalesce(repealed.value, 0) as expected
from pairs p
join disclosure stock on stock.report = p.report and stock.[column] = 'in_force'
join disclosure before on before.report = p.previous and before.row = stock.row and before.[column] = 'in_force'
join disclosure issued on issued.report = p.report and issued.row = stock.row and issued.[column] = 'issued'
join disclosure repealed on repealed.report = p.report and repealed.row = stock.row and repealed.[column] = 'repealed'
where stock.value is not null and before.value is not null
and not exists (select 1 from doubtful where report = p.previous and cell = 'disclosure/' || stock.row || '/in_force')
and not exists (select 1 from doubtful where report = p.report and cell in (
  'disclosure/' || stock.row || '/in_force', 'disclosure/' || stock.row || '/issued',
  'disclosure/' || stock.row || '/repealed'));

insert into checks (report, identity, scope, "left", "right", previous)
select report, 'stock', row, stock, expected, previous from stocks where stock <> expected;

-- 0 = 0 says nothing of a place.
delete from stocks where stock <> expected or (stock = 0 and before = 0 and coalesce(issued, 0) = 0);
insert into series (report, cell, other)
select report, 'disclosure/' || row || '/in_force', previous from stocks
union all select report, 'disclosure/' || row || '/issued', previous from stocks where issued is not null
union all select report, 'disclosure/' || row || '/repealed', previous from stocks where repealed is not null;
-- What last year's own stock did not confirm.
insert or ignore into series (report, cell, other)
select previous, 'disclosure/' || row || '/in_force', report from stocks;
