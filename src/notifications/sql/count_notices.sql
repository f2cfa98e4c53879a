-- no parameters; "email:3f…" counts as "email"
select split_part(receiver, ':', 1) as receiver, status, count(*)
from tenure.notices
group by 1, 2
