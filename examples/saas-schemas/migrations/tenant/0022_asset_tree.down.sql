alter table assets drop column parent_id;
