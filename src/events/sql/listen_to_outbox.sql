-- no parameters
listen tenure_outbox
