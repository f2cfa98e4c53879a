-- $1 name, $2 the run's epoch or null, $3 search_path, $4 lock_timeout; locks the schema's record and sets this transaction up
SELECT s.id, s.version, s.history, s.state,
       $2::bigint IS NULL OR (SELECT l.epoch = $2 AND l.owner IS NOT NULL FROM tenure.migration_lease l),
       set_config('search_path', $3, true), set_config('lock_timeout', $4, true),
       set_config('standard_conforming_strings', 'on', true)
FROM tenure.schemas s
WHERE s.name = $1
FOR UPDATE OF s
