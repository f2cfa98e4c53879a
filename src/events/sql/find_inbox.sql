-- no parameters; whether create_inbox.sql has run
select to_regclass('tenure.inbox') is not null
