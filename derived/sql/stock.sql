-- Only the 2021 form counts documents in force (现行有效件数): 对外公开总数量 of the 2019 form counts those
-- disclosed, and nothing there says how many were repealed.
insert into checks (report, identity, scope, "left", "right", previous)
select p.report, 'stock', stock.row, stock.value,
  before.value + coalesce(issued.value, 0) - coalesce(repealed.value, 0), p.previous
from pairs p
join disclosure stock on stock.report = p.report and stock.[column] = 'in_force'
join disclosure before on before.report = p.previous and before.row = stock.row and before.[column] = 'in_force'
join disclosure issued on issued.report = p.report and issued.row = stock.row and issued.[column] = 'issued'
join disclosure repealed on repealed.report = p.report and repealed.row = stock.row and repealed.[column] = 'repealed'
where stock.value <> before.value + coalesce(issued.value, 0) - coalesce(repealed.value, 0)
and not exists (select 1 from doubtful where report = p.previous and cell = 'disclosure/' || stock.row || '/in_force')
and not exists (select 1 from doubtful where report = p.report and cell in (
  'disclosure/' || stock.row || '/in_force', 'disclosure/' || stock.row || '/issued',
  'disclosure/' || stock.row || '/repealed'));
