#include "tests/e2e/bakery_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace tenure::e2e {
namespace {

const BakeryTable& find_table(const std::vector<BakeryTable>& tables, const std::string& name) {
  return *std::find_if(tables.begin(), tables.end(), [&](const auto& table) { return table.name == name; });
}

}  // namespace

const std::vector<BakeryService>& bakery_services() {
  static const std::vector<BakeryService> services = {
      {"orders",
       "orders",
       {{"customers"},
        {"customer_preferences", "customer_id", "customers"},
        {"orders", "customer_id", "customers"},
        {"order_items", "order_id", "orders"},
        {"order_status_history", "order_id", "orders"}}},
      {"inventory",
       "inventory",
       {{"products"},
        {"stock_items"},
        {"stock_movements"},
        {"stock_alerts"},
        {"purchase_orders"},
        {"purchase_order_items", "purchase_order_id", "purchase_orders"}}},
      {"recipes",
       "recipes",
       {{"recipes"}, {"recipe_ingredients", "recipe_id", "recipes"}, {"recipe_steps", "recipe_id", "recipes"}}},
      {"sales", "sales", {{"sales_records"}, {"sales_aggregates"}, {"sales_predictions"}}},
      {"production",
       "production",
       {{"production_runs"},
        {"run_ingredients", "run_id", "production_runs"},
        {"run_steps", "run_id", "production_runs"},
        {"quality_checks"},
        {"production_schedules"}}},
      {"suppliers",
       "suppliers",
       {{"suppliers"},
        {"supplier_orders"},
        {"supplier_order_items", "supplier_order_id", "supplier_orders"},
        {"contracts"},
        {"payments"}}},
      {"pos",
       "pos",
       {{"pos_configurations"},
        {"pos_sessions"},
        {"pos_transactions"},
        {"pos_transaction_items", "transaction_id", "pos_transactions"},
        {"pos_webhooks"},
        {"pos_sync_logs"}}},
      {"external",
       "external",
       {{"external_data_cache"},
        {"api_key_usage"},
        {"tenant_weather_data"},
        {.name = "city_weather", .is_shared = true},
        {.name = "city_traffic", .is_shared = true}}},
      {"forecasting",
       "forecasting",
       {{"forecasts"}, {"prediction_batches"}, {"prediction_cache"}, {"forecast_metrics"}}},
      {"training",
       "training",
       {{"training_jobs"}, {"trained_models"}, {"model_artifacts"}, {"training_logs"}, {"model_metrics"}}},
      {"alert_processor",
       "alerts",
       {{"alert_rules"}, {"alerts"}, {"alert_history", "alert_id", "alerts"}, {"alert_interactions"}}},
      {"notification",
       "notifications",
       {{.name = "notification_templates", .unless = "r.is_system"},
        {"notifications"},
        {"notification_logs"},
        {"notification_preferences"}}},
  };
  return services;
}

const BakeryService& bakery_service(const std::string& name) {
  for (const auto& service : bakery_services()) {
    if (service.name == name) return service;
  }
  throw std::runtime_error(name);
}

std::vector<BakeryTable> tables_of(const BakeryService& service) {
  auto tables = service.tables;
  tables.push_back({"audit_logs"});
  return tables;
}

std::string owned_by(const BakeryService& service, const BakeryTable& table, const TenantId& tenant) {
  if (table.is_shared) return "false";
  if (!table.parent.empty()) {
    const auto& parent = find_table(service.tables, table.parent);
    return fmt::format("r.{} IN (SELECT r.id FROM {} AS r WHERE {})", table.column, parent.name,
                       owned_by(service, parent, tenant));
  }
  const auto unless = table.unless.empty() ? std::string() : fmt::format(" AND NOT {}", table.unless);
  return fmt::format("(r.{} = '{}'{}) IS TRUE", table.column, tenant.str(), unless);
}

}  // namespace tenure::e2e
