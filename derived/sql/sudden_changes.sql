insert into sudden_changes (report, figure, kind, previous, before, value)
select p.report, '{figure}', 'sudden change', p.previous, before.[{figure}], now.[{figure}]
from pairs p join figures now on now.report = p.report join figures before on before.report = p.previous
where max(before.[{figure}], now.[{figure}]) >= :floor
and max(before.[{figure}], now.[{figure}]) >= :times * min(before.[{figure}], now.[{figure}]);
