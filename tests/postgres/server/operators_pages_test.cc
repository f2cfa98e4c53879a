#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/postgres/server/erased_tenant.h"
#include "tests/postgres/server/scene.h"

// Spec E3, E6: what the lists of legal holds and of the audit log say beside their entries.
namespace tenure::server {
namespace {

using nlohmann::json;

class OperatorsPages : public ::testing::Test {
 protected:
  static SmallEstate& estate() { return SmallEstate::shared(); }

  static json answer(const std::string& method, const std::string& path, const std::string& query = "",
                     const json& body = nullptr) {
    Request request{.method = method, .path = path, .query_text = query};
    request.headers["authorization"] = "Bearer " + estate().service_token().reveal();
    if (!body.is_null()) {
      request.headers["content-type"] = "application/json";
      request.body = body.dump();
    }
    const auto answer = estate().answer(std::move(request));
    EXPECT_LT(answer.status, 300) << answer.body;
    return json::parse(answer.body);
  }

  const Scene scene_{estate()};
};

TEST_F(OperatorsPages, NameTheTenantOfAHoldAsLongAsThereIsOne) {
  const auto tenant = scene_.tenant.str();
  const auto name_listed = [&](const std::string& more = "") {
    const auto holds = answer("GET", "/api/v1/legal-holds", "tenant_id=" + tenant + more).at("holds");
    return holds.empty() ? json("no hold") : holds[0].at("tenant_name");
  };
  const auto placed = answer("POST", "/api/v1/legal-holds", "", {{"tenant_id", tenant}, {"reason", "a case"}});
  EXPECT_EQ(placed.at("tenant_name"), scene_.name);
  EXPECT_EQ(name_listed(), scene_.name);
  EXPECT_EQ(answer("POST", "/api/v1/legal-holds/" + tenant + "/release").at("tenant_name"), scene_.name);
  erase_record(estate(), scene_.tenant);
  EXPECT_EQ(name_listed("&released=true"), nullptr);
}

TEST_F(OperatorsPages, SayUpToWhichEntryACheckpointVouches) {
  answer("POST", "/api/v1/legal-holds", "", {{"tenant_id", scene_.tenant.str()}, {"reason", "a case"}});
  const auto made = estate().assembly().audit().checkpoint(Call::within(Milliseconds(60'000)));
  ASSERT_TRUE(made);
  const auto log = answer("GET", "/api/v1/audit", "limit=1&tenant_id=" + scene_.tenant.str());
  EXPECT_EQ(log.at("entries").at(0).at("action"), "hold_placed");
  const auto& checkpoint = log.at("checkpoint");
  EXPECT_GE(checkpoint.at("sequence"), made->head.sequence) << "it covers the log, not what was asked for of it";
  EXPECT_GE(checkpoint.at("sequence"), log.at("entries").at(0).at("sequence"));
  EXPECT_EQ(checkpoint.at("key_id"), made->key_id);
  EXPECT_EQ(checkpoint.at("hash").get<std::string>().size(), 64U);
  EXPECT_THAT(checkpoint.at("at").get<std::string>(), ::testing::EndsWith("Z"));
}

}  // namespace
}  // namespace tenure::server
