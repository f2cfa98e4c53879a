alter table api_keys add column revoked_at timestamptz;
create index api_keys_live_idx on api_keys (employee_id) where revoked_at is null;
