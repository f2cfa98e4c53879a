-- How values are written and read in this transaction, so that every type comes back as it was, whatever the session,
-- role or database is set to; only the style of dates, not the order in which their parts are understood. Gives the
-- server's encoding: what is copied is not converted.
SELECT current_setting('server_encoding'),
       set_config('DateStyle', 'ISO', true), set_config('IntervalStyle', 'postgres', true),
       set_config('extra_float_digits', '3', true), set_config('bytea_output', 'hex', true),
       set_config('lc_monetary', 'C', true), set_config('xmloption', 'content', true),
       set_config('array_nulls', 'on', true)
