alter table customers drop column payment_days, drop column locale, drop column vat_id;
