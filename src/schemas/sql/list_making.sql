-- no parameters; the tenants whose databases are being made, or were when somebody was killed
SELECT tenant_id FROM tenure.schemas WHERE state = 'making' AND tenant_id IS NOT NULL
