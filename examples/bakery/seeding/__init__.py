"""Fills the bakery estate with tenants. Same seed and tenant, same rows."""
