CREATE TABLE orders (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL);
CREATE INDEX ON orders (tenant_id);
CREATE TABLE order_items (order_id uuid NOT NULL REFERENCES orders, number integer, PRIMARY KEY (order_id, number));
CREATE TABLE countries (code text PRIMARY KEY);
