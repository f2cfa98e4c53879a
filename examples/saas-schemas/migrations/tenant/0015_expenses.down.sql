drop table expenses, expense_categories;
