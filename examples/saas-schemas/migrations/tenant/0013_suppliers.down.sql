drop table purchase_order_lines, purchase_orders, supplier_parts, suppliers;
