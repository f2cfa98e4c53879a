-- Recipes: what goes into a product and how it is made. A recipe may be an ingredient of another (a brioche dough,
-- a custard), so recipe_ingredients points at recipes twice: recipe_id owns the row, ingredient_recipe_id does not.

create table recipes (
    id             uuid primary key default gen_random_uuid(),
    tenant_id      uuid not null,
    name           varchar(200) not null,
    search_name    varchar(200) generated always as (lower(name)) stored,
    category       varchar(60),
    yield_quantity numeric(10,3) not null check (yield_quantity > 0),
    yield_unit     varchar(10) not null,
    version        integer not null default 1,
    nutrition      jsonb,
    notes          text,
    created_by     uuid,
    created_at     timestamptz not null default now()
);
create index recipes_tenant_id_search_name_idx on recipes (tenant_id, search_name);

create table recipe_ingredients (
    id                   uuid primary key default gen_random_uuid(),
    recipe_id            uuid not null references recipes (id) on delete cascade,
    ingredient_recipe_id uuid references recipes (id),
    product_id           uuid,
    position             integer not null,
    name                 varchar(200) not null,
    quantity             numeric(10,3) not null check (quantity > 0),
    unit                 varchar(10) not null,
    unique (recipe_id, position),
    check (ingredient_recipe_id <> recipe_id)
);
create index recipe_ingredients_ingredient_recipe_id_idx on recipe_ingredients (ingredient_recipe_id);

create table recipe_steps (
    recipe_id           uuid not null references recipes (id) on delete cascade,
    step_number         integer not null,
    instruction         text not null,
    minutes             integer check (minutes >= 0),
    temperature_celsius numeric(5,1),
    primary key (recipe_id, step_number)
);

-- What was done and by whom. Points at rows of any table without a key, so that it outlives them.
create table audit_logs (
    id           uuid primary key default gen_random_uuid(),
    entry_number bigint generated always as identity,
    tenant_id    uuid not null,
    user_id      uuid,
    action       varchar(60) not null,
    entity_type  varchar(60) not null,
    entity_id    uuid,
    details      jsonb,
    ip_address   inet,
    created_at   timestamptz not null default now()
);
create index audit_logs_tenant_id_created_at_idx on audit_logs (tenant_id, created_at);
create index audit_logs_user_id_idx on audit_logs (user_id);
