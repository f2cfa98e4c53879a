-- How many transactions the server keeps prepared at once.
SELECT current_setting('max_prepared_transactions')::int
