#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/e2e/bakery.h"

// Erasing one user's data over HTTP (A8).
namespace tenure::e2e {
namespace {

using Counts = std::map<std::string, std::int64_t>;

struct UserColumn {
  std::string table;
  std::string column;
  enum class Becomes { null, pseudonym, nothing } becomes;
};

struct UserRoute {
  std::string service;
  std::string path;  ///< before the user's id
  std::vector<UserColumn> columns;
};

using Becomes = UserColumn::Becomes;

const std::vector<UserRoute> kRoutes = {
    {"training",
     "/api/v1/training/models/user/",
     {{"training_jobs", "created_by", Becomes::pseudonym},
      {"trained_models", "created_by", Becomes::null},
      {"audit_logs", "user_id", Becomes::pseudonym}}},
    {"forecasting",
     "/api/v1/forecasting/forecasts/user/",
     {{"prediction_batches", "requested_by", Becomes::null},
      {"forecasts", "created_by", Becomes::pseudonym},
      {"audit_logs", "user_id", Becomes::pseudonym}}},
    {"notification",
     "/api/v1/notifications/user/",
     {{"notifications", "user_id", Becomes::nothing}, {"audit_logs", "user_id", Becomes::pseudonym}}},
};

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
  /// Half of the tenant's rows of the table become the user's. Returns their ids as a list of SQL constants.
  std::string give_rows(const UserColumn& column) {
    databases_.run(route_.service,
                   fmt::format("UPDATE {0} SET {1} = '{2}' WHERE id IN (SELECT id FROM {0} WHERE tenant_id "
                               "= '{3}' ORDER BY id LIMIT (SELECT (count(*) + 1) / 2 FROM {0} WHERE "
                               "tenant_id = '{3}'))",
                               column.table, column.column, user_.str(), tenant().str()));
    return databases_.value(
        route_.service, fmt::format("SELECT string_agg(quote_literal(id), ', ') FROM {} WHERE {} = '{}'", column.table,
                                    column.column, user_.str()));
  }

  Answer preview() { return bakery_.send("GET", route_.path + user_.str() + "/deletion-preview"); }
  Answer erase() { return bakery_.send("DELETE", route_.path + user_.str()); }

  Bakery& bakery_ = Bakery::instance();
  Databases& databases_ = bakery_.databases();
  const UserRoute& route_ = GetParam();
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
  std::map<std::string, std::string> ids;
  Counts deleted;
  Counts changed;
  for (const auto& column : route_.columns) {
    ids[column.table] = give_rows(column);
    const auto rows =
        databases_.count(route_.service, column.table, fmt::format("{} = '{}'", column.column, user_.str()));
    ASSERT_GT(rows, 0) << column.table;
    (column.becomes == Becomes::nothing ? deleted : changed)[column.table] = rows;
  }
  if (deleted.contains("notifications")) {
    deleted["notification_logs"] = databases_.count("notification", "notification_logs",
                                                    fmt::format("notification_id IN ({})", ids["notifications"]));
  }
  const auto others = [&] {
    std::string digest;
    for (const auto& [table, mine] : ids) {
      digest += databases_.digest(route_.service, table, fmt::format("r.id NOT IN ({})", mine)) + " ";
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
  for (const auto& column : route_.columns) {
    const auto mine = fmt::format("id IN ({})", ids[column.table]);
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

INSTANTIATE_TEST_SUITE_P(AllThree, UserErasure, ::testing::ValuesIn(kRoutes),
                         [](const auto& test) { return test.param.service; });

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
