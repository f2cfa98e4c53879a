#include "tenancy/tenant_settings.h"

#include <nlohmann/json.hpp>

#include "tests/postgres/tenancy/tenancy_test.h"

// Named values of a tenant (B5).
namespace tenure::tenancy {
namespace {

using nlohmann::json;
using ::testing::IsEmpty;

class TenantSettingsTest : public TenancyTest {
 protected:
  TenantSettings settings_{pool_};
  const TenantId tenant_ = tenant().id;
};

TEST_F(TenantSettingsTest, ValuesAreReadBackAsPut) {
  EXPECT_THAT(settings_.list(tenant_, call_), IsEmpty());
  const std::map<std::string, json> values = {
      {"a", nullptr},
      {"colour", "blau \"und\" grün \\u0000"},
      {"days-open", {1, 2.5, {{"sunday", false}}}},
      {"x.y_z-9", true},
  };
  for (const auto& [name, value] : values) settings_.put(tenant_, name, value, call_);
  settings_.put(tenant(tenant_.str()).id, "elsewhere", 1, call_);
  EXPECT_EQ(settings_.list(tenant_, call_), values);
  settings_.put(tenant_, "colour", 7, call_);
  EXPECT_EQ(settings_.list(tenant_, call_).at("colour"), 7);
  settings_.remove(tenant_, "colour", call_);
  EXPECT_EQ(settings_.list(tenant_, call_).count("colour"), 0U);
  EXPECT_EQ(settings_.list(tenant_, call_).size(), 3U);
}

TEST_F(TenantSettingsTest, NamesThatAreNoneAreRefused) {
  for (const auto& name : {std::string(), std::string("1st"), std::string("Colour"), std::string("_x"),
                           std::string("a b"), std::string("a/b"), std::string("größe"), std::string(61, 'a')}) {
    expect_refused(ErrorCode::invalid_argument, "name", [&] { settings_.put(tenant_, name, 1, call_); });
  }
  settings_.put(tenant_, std::string(60, 'a'), 1, call_);
}

TEST_F(TenantSettingsTest, ValueThatIsTooLargeOrHasANulIsRefused) {
  settings_.put(tenant_, "largest", std::string(8190, 'x'), call_);
  expect_refused(ErrorCode::invalid_argument, "value",
                 [&] { settings_.put(tenant_, "larger", std::string(8191, 'x'), call_); });
  const std::string with_nul("a\0b", 3);
  for (const json& value : {json(with_nul), json{{"deep", {with_nul}}}, json{{with_nul, 1}}}) {
    expect_refused(ErrorCode::invalid_argument, "value", [&] { settings_.put(tenant_, "nul", value, call_); });
  }
}

TEST_F(TenantSettingsTest, TenantHasAtMostTwoHundred) {
  db_.run("insert into tenancy.tenant_settings (tenant_id, name, value) select '" + tenant_.str() +
          "', 's' || n, '1' from generate_series(1, 200) as n");
  expect_refused(ErrorCode::conflict, "name", [&] { settings_.put(tenant_, "one-more", 1, call_); });
  settings_.put(tenant_, "s7", 2, call_);
  settings_.remove(tenant_, "s8", call_);
  settings_.put(tenant_, "one-more", 1, call_);
  settings_.put(tenant().id, "first", 1, call_);
}

TEST_F(TenantSettingsTest, UnknownSettingOrTenantIsNotFoundAndOneBeingDeletedIsNotChanged) {
  settings_.put(tenant_, "colour", "blue", call_);
  const auto nobody = TenantId::random();
  expect_refused(ErrorCode::not_found, "name", [&] { settings_.remove(tenant_, "size", call_); });
  expect_refused(ErrorCode::not_found, "tenant_id", [&] { settings_.list(nobody, call_); });
  expect_refused(ErrorCode::not_found, "tenant_id", [&] { settings_.put(nobody, "colour", 1, call_); });
  expect_refused(ErrorCode::not_found, "tenant_id", [&] { settings_.remove(nobody, "colour", call_); });
  tenants_.begin_deletion(tenant_, JobId::random(), call_);
  expect_refused(ErrorCode::conflict, "tenant_id", [&] { settings_.put(tenant_, "colour", 1, call_); });
  expect_refused(ErrorCode::conflict, "tenant_id", [&] { settings_.remove(tenant_, "colour", call_); });
}

}  // namespace
}  // namespace tenure::tenancy
