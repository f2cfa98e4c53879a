create view overdue_invoices as
    select i.id, i.number, c.name as customer, i.due_on, i.total - i.paid as open_amount
    from invoices i
    join customers c on c.id = i.customer_id
    where i.paid < i.total and i.due_on < current_date;
comment on view overdue_invoices is 'What the reminder run reads';
