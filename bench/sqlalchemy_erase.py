#!/usr/bin/env python3
"""Erases a tenant from the bakery as services in Python usually do, and prints the seconds it took.

    sqlalchemy_erase.py --dsn 'host=/run/postgresql user=postgres dbname={database}' TENANT

Each service has a function that deletes table by table, children first, and commits; the caller goes through the services
one after the other. Importing SQLAlchemy and reading the tables is not counted.
"""

import argparse
import time
from pathlib import Path

import psycopg2
from sqlalchemy import create_engine
from sqlalchemy.ext.automap import automap_base
from sqlalchemy.orm import Session

# Each service's tables in the order in which they have to go. A table reached through its parent is written
# (table, key, parent): first the parents' ids are read, then the rows that name them are deleted.
SERVICES = {
    "orders": [("customer_preferences", "customer_id", "customers"), ("order_status_history", "order_id", "orders"),
               ("order_items", "order_id", "orders"), "orders", "customers", "audit_logs"],
    "inventory": ["stock_alerts", "stock_movements", ("purchase_order_items", "purchase_order_id", "purchase_orders"),
                  "purchase_orders", "stock_items", "products", "audit_logs"],
    "recipes": [("recipe_steps", "recipe_id", "recipes"), ("recipe_ingredients", "recipe_id", "recipes"), "recipes",
                "audit_logs"],
    "sales": ["sales_predictions", "sales_aggregates", "sales_records", "audit_logs"],
    "production": ["quality_checks", ("run_steps", "run_id", "production_runs"),
                   ("run_ingredients", "run_id", "production_runs"), "production_runs", "production_schedules",
                   "audit_logs"],
    "suppliers": ["payments", ("supplier_order_items", "supplier_order_id", "supplier_orders"), "supplier_orders",
                  "contracts", "suppliers", "audit_logs"],
    "pos": ["pos_sync_logs", "pos_webhooks", ("pos_transaction_items", "transaction_id", "pos_transactions"),
            "pos_transactions", "pos_sessions", "pos_configurations", "audit_logs"],
    "external": ["external_data_cache", "api_key_usage", "tenant_weather_data", "audit_logs"],
    "forecasting": ["forecast_metrics", "prediction_cache", "forecasts", "prediction_batches", "audit_logs"],
    "training": ["model_metrics", "model_artifacts", "trained_models", "training_logs", "training_jobs", "audit_logs"],
    "alert_processor": ["alert_interactions", ("alert_history", "alert_id", "alerts"), "alerts", "alert_rules",
                        "audit_logs"],
    "notification": ["notification_logs", "notifications", "notification_preferences", "notification_templates",
                     "audit_logs"],
    "tenant": ["invitations", "tenant_domains", "tenant_settings", "subscriptions", "tenant_members", "tenants"],
}

SCHEMAS = {"tenant": "tenancy"}
"""Where a service's tables are when not in public."""


class Service:
    """One service: its models, read from its database, and a session."""

    def __init__(self, name: str, dsn: str) -> None:
        self.name = name
        engine = create_engine("postgresql+psycopg2://", creator=lambda: psycopg2.connect(dsn.replace("{database}", name)))
        base = automap_base()
        base.prepare(autoload_with=engine, schema=SCHEMAS.get(name, "public"), generate_relationship=lambda *_, **__: None)
        self.models = base.classes
        self.session = Session(engine)

    def rows_of(self, step: str | tuple[str, str, str], tenant: str):
        """The query for the tenant's rows of one step."""
        if isinstance(step, tuple):
            table, key, parent = step
            model, parent_model = self.models[table], self.models[parent]
            ids = [row[0] for row in self.session.query(parent_model.id).filter(parent_model.tenant_id == tenant)]
            return self.session.query(model).filter(getattr(model, key).in_(ids))
        model = self.models[step]
        rows = self.session.query(model).filter((model.id if step == "tenants" else model.tenant_id) == tenant)
        return rows.filter(model.is_system.is_(False)) if step == "notification_templates" else rows

    def delete_tenant_data(self, tenant: str, mode: str) -> int:
        """Deletes the tenant's rows and commits; returns how many went."""
        deleted = 0
        for step in SERVICES[self.name]:
            rows = self.rows_of(step, tenant)
            if mode == "query":
                deleted += rows.delete(synchronize_session=False)
                continue
            for row in rows:
                if step == "trained_models":
                    self.session.query(self.models[step]).filter_by(previous_model_id=row.id).update(
                        {"previous_model_id": None}, synchronize_session=False)
                self.session.delete(row)
                deleted += 1
            self.session.flush()
        self.session.commit()
        return deleted

    def artifact_paths(self, tenant: str) -> list[str]:
        """The files that the tenant's rows name."""
        model = self.models["model_artifacts"]
        return [row[0] for row in self.session.query(model.storage_path).filter(model.tenant_id == tenant)]


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dsn", required=True, help="connection string of a database, with {database} for its name")
    parser.add_argument("--artifact-root", type=Path, required=True, metavar="DIR", help="where the models' files are")
    parser.add_argument("--mode", choices=("query", "objects"), default="query",
                        help="query.delete() a table, or session.delete() a row")
    parser.add_argument("tenant")
    arguments = parser.parse_args()
    services = [Service(name, arguments.dsn) for name in SERVICES]

    start = time.perf_counter()
    for service in services:
        paths = service.artifact_paths(arguments.tenant) if service.name == "training" else []
        service.delete_tenant_data(arguments.tenant, arguments.mode)
        for path in paths:
            (arguments.artifact_root / path).unlink()
    print(f"{time.perf_counter() - start:.3f}")


if __name__ == "__main__":
    main()
