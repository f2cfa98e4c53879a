-- $1 schema, $2 what read_record.sql gave
SELECT setval(format('%I.%I', $1::text, p.key)::regclass, p.value::bigint) FROM json_each_text($2::json -> 'positions') p
