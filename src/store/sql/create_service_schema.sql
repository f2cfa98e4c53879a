-- What Tenure keeps in a service's own database. A script, safe to run twice and by two processes at once; it upgrades
-- what an earlier version made.
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
-- The job into whose archive a file goes before it is removed, if any; and whether it has.
ALTER TABLE tenure.pending_files ADD COLUMN IF NOT EXISTS job_id uuid;
ALTER TABLE tenure.pending_files ADD COLUMN IF NOT EXISTS archived boolean NOT NULL DEFAULT false;
-- Of a path, which may be longer than an index takes, its digest.
CREATE INDEX IF NOT EXISTS pending_files_by_path ON tenure.pending_files (receipt_key, table_label, md5(path));
-- How far a job's archive of a service is valid, written in the transaction whose rows lie last before it.
CREATE TABLE IF NOT EXISTS tenure.archive_marks (
  job_id       uuid NOT NULL,
  service      text NOT NULL,
  subject_kind text NOT NULL CHECK (subject_kind IN ('tenant', 'user')),
  subject_id   uuid NOT NULL,
  length       bigint NOT NULL CHECK (length >= 0),
  sections     bigint NOT NULL CHECK (sections >= 0),
  digest       text NOT NULL,
  kept_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (job_id, service)
);
-- How far an erasure in several transactions has come, written in each of them; gone with its receipt.
CREATE TABLE IF NOT EXISTS tenure.erasure_progress (
  receipt_key    text PRIMARY KEY,
  subject_kind   text NOT NULL CHECK (subject_kind IN ('tenant', 'user')),
  subject_id     uuid NOT NULL,
  job_id         uuid,
  cursors        jsonb NOT NULL,
  deleted_counts jsonb NOT NULL,
  changed_counts jsonb NOT NULL,
  updated_at     timestamptz NOT NULL DEFAULT now()
);
-- The answer of a restoration, written in its transaction. The job erases no more here.
CREATE TABLE IF NOT EXISTS tenure.restorations (
  job_id          uuid NOT NULL,
  service         text NOT NULL,
  subject_kind    text NOT NULL CHECK (subject_kind IN ('tenant', 'user')),
  subject_id      uuid NOT NULL,
  epoch           bigint NOT NULL,
  restored_counts jsonb NOT NULL,
  reverted_counts jsonb NOT NULL,
  restored_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (job_id, service)
);
COMMIT;
