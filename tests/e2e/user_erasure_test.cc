#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/e2e/bakery.h"
#include "tests/e2e/bakery_tables.h"

// Erasing one user's data from a service, over HTTP (A3, A6, A8).
namespace tenure::e2e {
namespace {

using Counts = std::map<std::string, std::int64_t>;

struct UserColumn {
  std::string table;
  std::string column;
  enum class Becomes { null, pseudonym, nothing } becomes;
  std::string key = "id";  ///< what tells rows apart, as text
  int most = 1'000'000;    ///< rows of one user in one tenant
};

using Becomes = UserColumn::Becomes;

/// What the specification's services know of a user, written down for the tests; audit_logs apart, which all have.
const std::map<std::string, std::vector<UserColumn>>& user_columns() {
  static const std::map<std::string, std::vector<UserColumn>> columns = {
      {"orders",
       {{"orders", "created_by", Becomes::pseudonym},
        {"order_status_history", "changed_by", Becomes::null, "concat(order_id, position)"}}},
      {"inventory",
       {{"purchase_orders", "created_by", Becomes::null}, {"stock_movements", "performed_by", Becomes::pseudonym}}},
      {"recipes", {{"recipes", "created_by", Becomes::null}}},
      {"sales", {{"sales_records", "created_by", Becomes::null}}},
      {"production",
       {{"production_schedules", "created_by", Becomes::null},
        {"production_runs", "created_by", Becomes::null},
        {"quality_checks", "inspected_by", Becomes::pseudonym}}},
      {"suppliers",
       {{"contracts", "signed_by", Becomes::pseudonym},
        {"supplier_orders", "created_by", Becomes::null},
        {"payments", "approved_by", Becomes::pseudonym}}},
      {"pos",
       {{"pos_sessions", "opened_by", Becomes::pseudonym}, {"pos_transactions", "created_by", Becomes::pseudonym}}},
      {"external", {{"api_key_usage", "used_by", Becomes::null}}},
      {"forecasting",
       {{"prediction_batches", "requested_by", Becomes::null}, {"forecasts", "created_by", Becomes::pseudonym}}},
      {"training",
       {{"training_jobs", "created_by", Becomes::pseudonym}, {"trained_models", "created_by", Becomes::null}}},
      {"alert_processor",
       {{"alert_rules", "created_by", Becomes::null}, {"alert_interactions", "user_id", Becomes::pseudonym}}},
      {"notification",
       {{"notifications", "user_id", Becomes::nothing},
        {"notification_preferences", "user_id", Becomes::nothing, "concat(tenant_id, user_id, channel, category)", 1}}},
  };
  return columns;
}

struct UserRoute {
  std::string service;
  std::string path;  ///< before the user's id

  std::vector<UserColumn> columns() const {
    auto columns = user_columns().at(service);
    columns.push_back({"audit_logs", "user_id", Becomes::pseudonym});
    return columns;
  }
};

/// The three routes that A8 names.
const std::vector<UserRoute> kNamedRoutes = {{"training", "/api/v1/training/models/user/"},
                                             {"forecasting", "/api/v1/forecasting/forecasts/user/"},
                                             {"notification", "/api/v1/notifications/user/"}};

/// And the one that every service has.
std::vector<UserRoute> general_routes() {
  std::vector<UserRoute> routes;
  for (const auto& service : bakery_services())
    routes.push_back({service.name, "/api/v1/" + service.prefix + "/user/"});
  return routes;
}

const TenantId& tenant() {
  static const TenantId taken = Bakery::instance().take_tenant().id;
  return taken;
}

Counts without_zeros(const json& counts) {
  Counts found;
  for (const auto& [table, count] : counts.items()) {
    if (count != 0) found[table] = count;
  }
  return found;
}

class UserErasure : public ::testing::TestWithParam<UserRoute> {
 protected:
  /// Half of the tenant's rows of the table become the user's. Returns a condition for these rows.
  std::string give_rows(const UserColumn& column) {
    const auto& service = bakery_service(route_.service);
    const auto tables = tables_of(service);
    const auto table =
        std::find_if(tables.begin(), tables.end(), [&](const auto& t) { return t.name == column.table; });
    const auto mine = owned_by(service, *table, tenant());
    databases_.run(route_.service,
                   fmt::format("UPDATE {0} SET {1} = '{2}' WHERE {5} IN (SELECT {5} FROM {0} AS r WHERE {3} ORDER BY 1 "
                               "LIMIT (SELECT least((count(*) + 1) / 2, {4}) FROM {0} AS r WHERE {3}))",
                               column.table, column.column, user_.str(), mine, column.most, column.key));
    const auto keys = databases_.value(
        route_.service, fmt::format("SELECT string_agg(quote_literal({}), ', ') FROM {} WHERE {} = '{}'", column.key,
                                    column.table, column.column, user_.str()));
    return fmt::format("{} IN ({})", column.key, keys);
  }

  Answer preview() { return bakery_.send("GET", route_.path + user_.str() + "/deletion-preview"); }
  Answer erase() { return bakery_.send("DELETE", route_.path + user_.str()); }

  Bakery& bakery_ = Bakery::instance();
  Databases& databases_ = bakery_.databases();
  const UserRoute& route_ = GetParam();
  const std::vector<UserColumn> columns_ = route_.columns();
  const UserId user_ = UserId::random();
};

// A3, A8
TEST_P(UserErasure, AnswersServiceTokensOnly) {
  const auto path = route_.path + user_.str();
  for (const auto& [method, where] :
       std::map<std::string, std::string>{{"GET", path + "/deletion-preview"}, {"DELETE", path}}) {
    EXPECT_EQ(bakery_.send(method, where).status, 200) << method;
    EXPECT_EQ(bakery_.server().send(method, where, bakery_.user_token()).status, 403) << method;
    EXPECT_EQ(bakery_.server().send(method, where, Secret()).status, 401) << method;
  }
}

// A6, A8
TEST_P(UserErasure, DoesToEachTableWhatTheEstateSays) {
  std::map<std::string, std::string> given;
  Counts deleted;
  Counts changed;
  for (const auto& column : columns_) {
    given[column.table] = give_rows(column);
    const auto rows =
        databases_.count(route_.service, column.table, fmt::format("{} = '{}'", column.column, user_.str()));
    ASSERT_GT(rows, 0) << column.table;
    (column.becomes == Becomes::nothing ? deleted : changed)[column.table] = rows;
  }
  if (deleted.contains("notifications")) {
    deleted["notification_logs"] =
        databases_.count("notification", "notification_logs",
                         "notification_id IN (SELECT id FROM notifications WHERE " + given["notifications"] + ")");
  }
  const auto others = [&] {
    std::string digest;
    for (const auto& [table, mine] : given) {
      digest += databases_.digest(route_.service, table, "NOT " + mine) + " ";
    }
    return digest;
  };
  const auto before = others();

  const auto found = preview();
  ASSERT_EQ(found.status, 200) << found;
  EXPECT_EQ(found.body["user_id"], user_.str());
  EXPECT_EQ(without_zeros(found.body["data_counts"]), without_zeros(deleted));
  EXPECT_EQ(without_zeros(found.body["changed_counts"]), changed);

  const auto erased = erase();
  ASSERT_EQ(erased.status, 200) << erased;
  EXPECT_EQ(erased.body["summary"]["user_id"], user_.str());
  EXPECT_EQ(without_zeros(erased.body["summary"]["deleted_counts"]), without_zeros(deleted));
  EXPECT_EQ(without_zeros(erased.body["summary"]["changed_counts"]), changed);
  EXPECT_EQ(others(), before);
  for (const auto& column : columns_) {
    const auto& mine = given[column.table];
    EXPECT_EQ(databases_.count(route_.service, column.table, fmt::format("{} = '{}'", column.column, user_.str())), 0);
    EXPECT_EQ(databases_.count(route_.service, column.table, mine), changed[column.table]) << column.table;
    const auto values = databases_.value(
        route_.service, fmt::format("SELECT count(DISTINCT {}) FROM {} WHERE {}", column.column, column.table, mine));
    EXPECT_EQ(values, column.becomes == Becomes::pseudonym ? "1" : "0") << column.table;
  }

  const auto again = erase();
  EXPECT_EQ(again.status, 200);
  EXPECT_TRUE(without_zeros(again.body["summary"]["deleted_counts"]).empty()) << again;
  EXPECT_TRUE(without_zeros(again.body["summary"]["changed_counts"]).empty()) << again;
}

constexpr auto kServiceName = [](const auto& test) { return test.param.service; };

INSTANTIATE_TEST_SUITE_P(NamedRoute, UserErasure, ::testing::ValuesIn(kNamedRoutes), kServiceName);
INSTANTIATE_TEST_SUITE_P(EveryService, UserErasure, ::testing::ValuesIn(general_routes()), kServiceName);

// A8: the same person is recognisable within a tenant, over services and over time, and not between tenants.
TEST(UserPseudonym, IsStableWithinATenantAndAnotherInTheNext) {
  auto& bakery = Bakery::instance();
  auto& databases = bakery.databases();
  const auto user = UserId::random();
  const auto one = TenantId::random();
  const auto other = TenantId::random();
  const auto add_row = [&](const std::string& service, const TenantId& owner) {
    databases.run(service, fmt::format("INSERT INTO audit_logs (tenant_id, user_id, action, entity_type) VALUES ('{}', "
                                       "'{}', 'seen', 'test')",
                                       owner.str(), user.str()));
  };
  const auto pseudonyms = [&](const std::string& service, const TenantId& owner) {
    return databases.value(service, fmt::format("SELECT string_agg(DISTINCT user_id::text, ' ') FROM audit_logs WHERE "
                                                "tenant_id = '{}'",
                                                owner.str()));
  };
  const auto erase = [&] {
    EXPECT_EQ(bakery.send("DELETE", "/api/v1/training/models/user/" + user.str()).status, 200);
    EXPECT_EQ(bakery.send("DELETE", "/api/v1/forecasting/forecasts/user/" + user.str()).status, 200);
  };
  add_row("training", one);
  add_row("training", other);
  add_row("forecasting", one);
  erase();
  const auto pseudonym = pseudonyms("training", one);
  EXPECT_EQ(pseudonym.size(), 36U);
  EXPECT_NE(pseudonym, user.str());
  EXPECT_EQ(pseudonyms("forecasting", one), pseudonym);
  EXPECT_NE(pseudonyms("training", other), pseudonym);
  add_row("training", one);
  erase();
  EXPECT_EQ(pseudonyms("training", one), pseudonym);
}

}  // namespace
}  // namespace tenure::e2e
