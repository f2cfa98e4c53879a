alter table api_keys drop column revoked_at;
