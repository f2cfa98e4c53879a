-- no parameters; how values are written and read in this transaction, so that every type comes back as it was
SELECT set_config('DateStyle', 'ISO', true), set_config('IntervalStyle', 'postgres', true),
       set_config('extra_float_digits', '3', true), set_config('bytea_output', 'hex', true),
       set_config('lc_monetary', 'C', true), set_config('xmloption', 'content', true),
       set_config('array_nulls', 'on', true), set_config('row_security', 'off', true)
