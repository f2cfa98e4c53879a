-- no parameters; whether create_notices.sql has run
select to_regclass('tenure.notices_given_up') is not null
