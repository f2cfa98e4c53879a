-- no parameters; whether create_notices.sql has run
select to_regclass('tenure.notices_ended_idx') is not null
