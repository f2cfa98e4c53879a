-- no parameters; jobs by status, ended ones too
select status, count(*)
from tenure.deletion_jobs
group by status
