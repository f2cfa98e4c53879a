-- What Tenure keeps in a service's own database. A script, safe to run twice and by two processes at once.
BEGIN;
SELECT pg_catalog.pg_advisory_xact_lock(7310874527462);
CREATE SCHEMA IF NOT EXISTS tenure;
-- The tombstone of a subject: the highest epoch that was let in.
CREATE TABLE IF NOT EXISTS tenure.fences (
  subject_kind text NOT NULL CHECK (subject_kind IN ('tenant', 'user')),
  subject_id   uuid NOT NULL,
  job_id       uuid,
  epoch        bigint NOT NULL CHECK (epoch >= 0),
  set_at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (subject_kind, subject_id)
);
-- The answer of an erasure, written in its transaction.
CREATE TABLE IF NOT EXISTS tenure.receipts (
  receipt_key    text PRIMARY KEY,
  subject_kind   text NOT NULL CHECK (subject_kind IN ('tenant', 'user')),
  subject_id     uuid NOT NULL,
  job_id         uuid,
  epoch          bigint NOT NULL,
  deleted_counts jsonb NOT NULL,
  changed_counts jsonb NOT NULL,
  digest         text NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now()
);
-- Files whose rows are gone and which have to go too.
CREATE TABLE IF NOT EXISTS tenure.pending_files (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  receipt_key text NOT NULL,
  table_label text NOT NULL,
  path        text NOT NULL
);
COMMIT;
