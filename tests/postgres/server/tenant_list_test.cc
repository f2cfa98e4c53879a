#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "tests/postgres/server/scene.h"

// Spec B8: a soft-deleted tenant is in a list only when that asks for it, and then for those who may restore it.
namespace tenure::server {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class TenantList : public ::testing::Test {
 protected:
  static SmallEstate& estate() { return SmallEstate::shared(); }

  static Response get(const std::string& query, const Secret& token) {
    Request request{.method = "GET", .path = "/api/v1/tenants", .query_text = query};
    request.headers["authorization"] = "Bearer " + token.reveal();
    return estate().answer(std::move(request));
  }
  /// Of all pages.
  static std::set<std::string> ids(const std::string& query, const Secret& token) {
    std::set<std::string> found;
    std::string cursor;
    do {
      const auto answer = get("limit=500" + query + cursor, token);
      EXPECT_EQ(answer.status, 200) << answer.body;
      if (answer.status != 200) break;
      const auto page = json::parse(answer.body);
      for (const auto& tenant : page.at("tenants")) found.insert(tenant.at("tenant_id").get<std::string>());
      cursor = page.at("next_cursor").is_null() ? "" : "&cursor=" + page.at("next_cursor").get<std::string>();
    } while (!cursor.empty());
    return found;
  }

  TenantList() {
    estate().in_tenancy("update tenancy.tenants set deleted_at = now(), erase_after = now() + interval '30 days' " +
                        ("where id = '" + scene_.tenant.str() + "'"));
    estate().in_tenancy("insert into tenancy.tenant_members (tenant_id, user_id, role) values ('" +
                        scene_.other_tenant.str() + "', '" + scene_.owner.str() + "', 'member')");
  }

  const Scene scene_{estate()};
};

TEST_F(TenantList, HasSoftDeletedOnesForThoseWhoMayRestoreThem) {
  const auto gone = scene_.tenant.str();
  const auto live = scene_.other_tenant.str();
  const auto owner = estate().add_person(scene_.owner);
  const auto admin = estate().add_person(scene_.admin);
  EXPECT_THAT(ids("", owner.token), UnorderedElementsAre(live));
  EXPECT_THAT(ids("&deleted=false", owner.token), UnorderedElementsAre(live));
  EXPECT_THAT(ids("&deleted=true", owner.token), UnorderedElementsAre(live, gone));
  EXPECT_THAT(ids("&deleted=true", admin.token), UnorderedElementsAre(gone));
  for (const auto& user : {scene_.manager, scene_.member, scene_.readonly, scene_.stranger}) {
    EXPECT_THAT(ids("&deleted=true", estate().add_person(user).token), Not(Contains(gone)));
  }
}

TEST_F(TenantList, HasSoftDeletedOnesForOperators) {
  const auto gone = scene_.tenant.str();
  for (const auto& token : {estate().service_token(), estate().add_person(scene_.operator_, true).token}) {
    EXPECT_THAT(ids("", token), Not(Contains(gone)));
    EXPECT_THAT(ids("&deleted=true", token), Contains(gone));
  }
}

TEST_F(TenantList, TakesDeletedAsTrueOrFalseOnly) {
  for (const auto* given : {"deleted=", "deleted=1", "deleted=yes", "deleted=TRUE", "deleted=true%20", "deleted"}) {
    const auto answer = get(given, estate().service_token());
    EXPECT_EQ(answer.status, 400) << given;
    EXPECT_THAT(answer.body, HasSubstr("deleted: ")) << given;
  }
}

}  // namespace
}  // namespace tenure::server
