drop view overdue_invoices;
