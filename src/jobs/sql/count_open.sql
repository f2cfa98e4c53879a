-- no parameters; open jobs by status, and under "legal_hold" how many holds stand
select status, count(*)
from tenure.deletion_jobs
where status in ('scheduled', 'awaiting_approval', 'pending', 'running', 'verifying', 'compensating', 'held')
group by status
union all
select 'legal_hold', count(*)
from tenure.legal_holds
where released_at is null
