drop table invoice_lines, invoices, tax_rates;
