create table expense_categories (
    code text primary key,
    name text not null
);
insert into expense_categories (code, name) values ('travel', 'Travel'), ('meals', 'Meals'), ('tools', 'Tools');

create table expenses (
    id            bigint generated always as identity primary key,
    employee_id   bigint not null references employees (id),
    work_order_id bigint references work_orders (id),
    category      text not null references expense_categories (code),
    spent_on      date not null,
    amount        numeric(12,2) not null check (amount > 0)
);
create index expenses_employee_id_idx on expenses (employee_id, spent_on);
create index expenses_work_order_id_idx on expenses (work_order_id);
create index expenses_category_idx on expenses (category);
