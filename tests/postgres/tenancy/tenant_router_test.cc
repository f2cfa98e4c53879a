#include "tenancy/tenant_router.h"

#include "tenancy/domains.h"
#include "tests/postgres/tenancy/tenancy_test.h"

// Which tenant a request is for when its path names none (D9): never one that the caller is no member of.
namespace tenure::tenancy {
namespace {

class TenantRouterTest : public TenancyTest {
 protected:
  TenantRouterTest() {
    domains_.add(forn_.id, "forn.example", call_);
    domains_.add(nou_.id, "nou.example", call_);
  }

  TenantId route(const std::string& host, const std::optional<UserId>& user = std::nullopt,
                 const std::optional<std::string>& id = std::nullopt) {
    return router_.route({.host = host, .tenant_id = id, .user = user}, call_);
  }
  void expect_none(const std::string& host, const std::optional<UserId>& user = std::nullopt,
                   const std::optional<std::string>& id = std::nullopt) {
    expect_refused(ErrorCode::not_found, "tenant", [&] { route(host, user, id); });
  }

  static constexpr const char* kOther = "api.elsewhere.example";

  TenantRouter router_{pool_, {"bakery.example", "bakery.co.example"}};
  Domains domains_{pool_};
  const UserId ana_ = UserId::random();
  const UserId ben_ = UserId::random();
  const Tenant forn_ = tenant_of(ana_, "Forn");
  const Tenant nou_ = tenant_of(ben_, "Nou");
};

TEST_F(TenantRouterTest, ExactDomainWithWhateverPortAndSpelling) {
  for (const auto* host : {"forn.example", "forn.example:8443", "FORN.Example", "forn.example.", "forn.example.:80"}) {
    EXPECT_EQ(route(host), forn_.id) << host;
    EXPECT_EQ(route(host, ana_), forn_.id) << host;
  }
  for (const auto* host : {"www.forn.example", "example", "orn.example"}) expect_none(host);
}

TEST_F(TenantRouterTest, FirstLabelIsASlugUnderABaseDomainOnly) {
  for (const auto* host :
       {"forn.bakery.example", "forn.bakery.example:443", "Forn.BAKERY.example", "forn.bakery.co.example"}) {
    EXPECT_EQ(route(host), forn_.id) << host;
  }
  for (const auto* host : {"vell.bakery.example", "a.forn.bakery.example", "forn.bakery.example.com", "forn.bakery",
                           "bakery.example", "forn"}) {
    expect_none(host);
  }
}

TEST_F(TenantRouterTest, MemberOnlyIsAdmittedWhateverTheHostSays) {
  EXPECT_EQ(route("nou.example", ben_), nou_.id);
  expect_none("nou.example", ana_);
  expect_none("nou.bakery.example", ana_);
  expect_none("nou.example", UserId::random());
}

TEST_F(TenantRouterTest, HeaderNamesATenantOfTheCallers) {
  members_.add(nou_.id, ana_, Role::readonly, call_);
  EXPECT_EQ(route(kOther, ana_, nou_.id.str()), nou_.id);
  EXPECT_EQ(route("", ana_, nou_.id.str()), nou_.id);
  EXPECT_EQ(route(kOther, std::nullopt, nou_.id.str()), nou_.id);
  expect_none(kOther, ben_, forn_.id.str());
  expect_none(kOther, ana_, TenantId::random().str());
  for (const auto* id : {"", "forn", "00000000-0000-0000-0000-00000000000g", "' or true --"}) {
    expect_refused(ErrorCode::invalid_argument, "X-Tenant-ID", [&] { route(kOther, ana_, id); });
    expect_refused(ErrorCode::invalid_argument, "X-Tenant-ID", [&] { route("forn.example", ana_, id); });
  }
}

TEST_F(TenantRouterTest, WhatIsNamedFirstDecidesAndIsNotPassedOver) {
  members_.add(nou_.id, ana_, Role::member, call_);
  EXPECT_EQ(route("nou.example", ana_, forn_.id.str()), nou_.id);
  EXPECT_EQ(route("nou.bakery.example", ana_, forn_.id.str()), nou_.id);
  tenants_.suspend(nou_.id, call_);
  expect_none("nou.example", ana_, forn_.id.str());
  expect_none("nou.bakery.example", ana_, forn_.id.str());
  expect_none("vell.bakery.example", ana_, forn_.id.str());
  expect_none(kOther, ana_, nou_.id.str());
}

TEST_F(TenantRouterTest, HostOfTheProductItselfNamesNoTenant) {
  members_.add(nou_.id, ana_, Role::member, call_);
  for (const auto* host : {"api.bakery.example", "www.bakery.example:443", "app.bakery.co.example"}) {
    EXPECT_EQ(route(host, ana_, nou_.id.str()), nou_.id) << host;
    EXPECT_EQ(route(host, ana_), forn_.id) << host;
  }
}

TEST_F(TenantRouterTest, DefaultTenantIsTheChosenOneElseTheOldest) {
  members_.add(nou_.id, ana_, Role::member, call_);
  EXPECT_EQ(route(kOther, ana_), forn_.id);
  EXPECT_EQ(route("127.0.0.1:8714", ana_), forn_.id);
  members_.set_default(nou_.id, ana_, call_);
  EXPECT_EQ(route(kOther, ana_), nou_.id);
  members_.remove(nou_.id, ana_, call_);
  EXPECT_EQ(route(kOther, ana_), forn_.id);
  expect_none(kOther, UserId::random());
  expect_none(kOther);
}

TEST_F(TenantRouterTest, ChosenDefaultThatIsNotLiveIsNotReplacedByAnother) {
  members_.add(nou_.id, ana_, Role::member, call_);
  tenants_.suspend(forn_.id, call_);
  expect_none(kOther, ana_);
  members_.set_default(nou_.id, ana_, call_);
  EXPECT_EQ(route(kOther, ana_), nou_.id);
}

TEST_F(TenantRouterTest, TenantThatIsNotLiveIsNotFoundByAnyWay) {
  const auto expect_hidden = [&] {
    for (const auto* host : {"forn.example", "forn.bakery.example"}) {
      expect_none(host);
      expect_none(host, ana_);
    }
    expect_none(kOther, ana_, forn_.id.str());
    expect_none(kOther, std::nullopt, forn_.id.str());
    expect_none(kOther, ana_);
  };
  tenants_.suspend(forn_.id, call_);
  expect_hidden();
  tenants_.activate(forn_.id, call_);
  EXPECT_EQ(route("forn.example", ana_), forn_.id);
  tenants_.soft_delete(forn_.id, std::chrono::hours(24), call_);
  expect_hidden();
  tenants_.restore(forn_.id, call_);
  EXPECT_EQ(route("forn.example", ana_), forn_.id);
  tenants_.begin_deletion(forn_.id, JobId::random(), call_);
  expect_hidden();
}

TEST_F(TenantRouterTest, AddressesNameNoTenantAndMalformedHostsAreRefused) {
  for (const auto* host : {"127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:8443", "localhost:80", "", "forn_x.example"}) {
    EXPECT_EQ(route(host, ana_), forn_.id) << host;
  }
  for (const auto* host :
       {"forn.example:port", "forn.example:123456", "forn example", "forn.example/", "[::1", "[::1]x", "[::1]:x", ":80",
        "forn.example:80:80", "https://forn.example", "forn.example,nou.example", "f\xC3\xB6rn.example"}) {
    expect_refused(ErrorCode::invalid_argument, "Host", [&] { route(host, ana_); });
  }
}

}  // namespace
}  // namespace tenure::tenancy
