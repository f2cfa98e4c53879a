alter table assets add column parent_id bigint references assets (id) on delete set null;
create index assets_parent_id_idx on assets (parent_id);
alter table assets add constraint assets_are_not_their_own_parent check (parent_id <> id);
