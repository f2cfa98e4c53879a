#include "tenancy/domains.h"

#include <atomic>
#include <barrier>
#include <thread>

#include "tests/postgres/tenancy/tenancy_test.h"

// The host names of tenants: unique, in lower case, one primary a tenant (B5).
namespace tenure::tenancy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class DomainsTest : public TenancyTest {
 protected:
  /// In the order of the list; the primary one with a star.
  std::vector<std::string> names(const TenantId& tenant) {
    std::vector<std::string> names;
    for (const auto& one : domains_.list(tenant, call_)) names.push_back(one.domain + (one.is_primary ? "*" : ""));
    return names;
  }

  Domains domains_{pool_};
  const TenantId tenant_ = tenant().id;
};

TEST_F(DomainsTest, FirstIsThePrimaryOneUntilAnotherIsMadeIt) {
  EXPECT_TRUE(domains_.add(tenant_, "shop.example", call_).is_primary);
  EXPECT_FALSE(domains_.add(tenant_, "bread.example", call_).is_primary);
  domains_.add(tenant_, "cake.example", call_);
  EXPECT_THAT(names(tenant_), ElementsAre("shop.example*", "bread.example", "cake.example"));
  EXPECT_TRUE(domains_.make_primary(tenant_, "CAKE.example", call_).is_primary);
  EXPECT_THAT(names(tenant_), ElementsAre("cake.example*", "bread.example", "shop.example"));
  domains_.make_primary(tenant_, "cake.example", call_);
  EXPECT_THAT(names(tenant_), ElementsAre("cake.example*", "bread.example", "shop.example"));
}

TEST_F(DomainsTest, WhenThePrimaryOneGoesTheOldestTakesItsPlace) {
  for (const auto* name : {"z.example", "b.example", "a.example"}) domains_.add(tenant_, name, call_);
  domains_.remove(tenant_, "a.example", call_);
  EXPECT_THAT(names(tenant_), ElementsAre("z.example*", "b.example"));
  domains_.add(tenant_, "a.example", call_);
  domains_.remove(tenant_, "Z.Example.", call_);
  EXPECT_THAT(names(tenant_), ElementsAre("b.example*", "a.example"));
  domains_.remove(tenant_, "b.example", call_);
  domains_.remove(tenant_, "a.example", call_);
  EXPECT_THAT(names(tenant_), IsEmpty());
  EXPECT_TRUE(domains_.add(tenant_, "a.example", call_).is_primary);
}

TEST_F(DomainsTest, NamesAreKeptInOneSpellingAndGivenOnce) {
  const auto other = tenant().id;
  EXPECT_EQ(domains_.add(tenant_, " Shop.EXAMPLE. ", call_).domain, "shop.example");
  for (const auto* name : {"shop.example", "SHOP.example", "shop.example."}) {
    expect_refused(ErrorCode::conflict, "domain", [&] { domains_.add(tenant_, name, call_); });
    expect_refused(ErrorCode::conflict, "domain", [&] { domains_.add(other, name, call_); });
  }
}

TEST_F(DomainsTest, WhatIsNoHostNameIsRefused) {
  for (const auto& name :
       {std::string(),
        std::string("localhost"),
        std::string("shop"),
        std::string(".example"),
        std::string("a..example"),
        std::string("-a.example"),
        std::string("a-.example"),
        std::string("a_b.example"),
        std::string("a b.example"),
        std::string("shop.example:8443"),
        std::string("https://shop.example"),
        std::string("shop.example/"),
        std::string("192.168.0.1"),
        std::string("[::1]"),
        std::string("bäckerei.example"),
        std::string("shop.example.."),
        std::string("*.example"),
        std::string(64, 'a') + ".example",
        std::string(63, 'a') + "." + std::string(63, 'b') + "." + std::string(63, 'c') + "." + std::string(62, 'd'),
        std::string("shop\0.example", 13)}) {
    expect_refused(ErrorCode::invalid_argument, "domain", [&] { domains_.add(tenant_, name, call_); });
    expect_refused(ErrorCode::invalid_argument, "domain", [&] { domains_.make_primary(tenant_, name, call_); });
    expect_refused(ErrorCode::invalid_argument, "domain", [&] { domains_.remove(tenant_, name, call_); });
  }
  const auto longest =
      std::string(63, 'a') + "." + std::string(63, 'b') + "." + std::string(63, 'c') + "." + std::string(61, 'd');
  EXPECT_EQ(domains_.add(tenant_, longest, call_).domain.size(), 253U);
  EXPECT_EQ(domains_.add(tenant_, "xn--bckerei-5wa.example", call_).domain, "xn--bckerei-5wa.example");
}

// D9: an entry for another tenant's host under the product's own domain would take its requests away.
TEST_F(DomainsTest, NobodyClaimsAHostOfTheProductsOwnDomains) {
  Domains domains(pool_, {"bakery.example", "bakery.co.example"});
  for (const auto* name : {"forn-vell.bakery.example", "FORN-vell.Bakery.example.", "bakery.example",
                           "a.b.bakery.example", "forn-vell.bakery.co.example"}) {
    expect_refused(ErrorCode::invalid_argument, "domain", [&] { domains.add(tenant_, name, call_); });
  }
  for (const auto* name : {"mybakery.example", "bakery.example.com", "co.example"}) {
    EXPECT_EQ(domains.add(tenant_, name, call_).domain, name);
  }
}

TEST_F(DomainsTest, DomainOfAnotherTenantOrNobodyIsNotFound) {
  domains_.add(tenant_, "mine.example", call_);
  const auto other = tenant().id;
  domains_.add(other, "theirs.example", call_);
  for (const auto* name : {"theirs.example", "nobodys.example"}) {
    expect_refused(ErrorCode::not_found, "domain", [&] { domains_.make_primary(tenant_, name, call_); });
    expect_refused(ErrorCode::not_found, "domain", [&] { domains_.remove(tenant_, name, call_); });
  }
}

TEST_F(DomainsTest, UnknownTenantIsNotFoundAndOneBeingDeletedIsNotChanged) {
  domains_.add(tenant_, "mine.example", call_);
  const std::vector<std::function<void(const TenantId&)>> changes = {
      [&](const TenantId& id) { domains_.add(id, "new.example", call_); },
      [&](const TenantId& id) { domains_.make_primary(id, "mine.example", call_); },
      [&](const TenantId& id) { domains_.remove(id, "mine.example", call_); },
  };
  const auto nobody = TenantId::random();
  expect_refused(ErrorCode::not_found, "tenant_id", [&] { domains_.list(nobody, call_); });
  for (const auto& change : changes) {
    expect_refused(ErrorCode::not_found, "tenant_id", [&] { change(nobody); });
  }
  tenants_.begin_deletion(tenant_, JobId::random(), call_);
  for (const auto& change : changes) {
    expect_refused(ErrorCode::conflict, "tenant_id", [&] { change(tenant_); });
  }
}

TEST_F(DomainsTest, OneOfManyTenantsThatWantADomainAtOnceGetsIt) {
  std::vector<TenantId> tenants;
  for (int at = 0; at < 4; ++at) tenants.push_back(tenant().id);
  for (int round = 0; round < 5; ++round) {
    const auto name = "shop" + std::to_string(round) + ".example";
    std::barrier start(4);
    std::atomic<int> added = 0;
    {
      std::vector<std::jthread> callers;
      for (const auto& id : tenants) {
        callers.emplace_back([&] {
          start.arrive_and_wait();
          try {
            domains_.add(id, name, call_);
            ++added;
          } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::conflict) << error.what();
          }
        });
      }
    }
    EXPECT_EQ(added, 1);
  }
}

TEST_F(DomainsTest, PrimaryIsOneHoweverManyAreMadeItAtOnce) {
  const std::vector<std::string> all{"a.example", "b.example", "c.example"};
  for (const auto& name : all) domains_.add(tenant_, name, call_);
  {
    std::vector<std::jthread> callers;
    for (const auto& name : all) {
      callers.emplace_back([&, name] {
        for (int round = 0; round < 10; ++round) EXPECT_NO_THROW(domains_.make_primary(tenant_, name, call_));
      });
    }
  }
  EXPECT_EQ(db_.value("select count(*) from tenancy.tenant_domains where is_primary"), "1");
}

TEST_F(DomainsTest, DatabaseItselfRefusesUpperCaseAndTwoPrimaries) {
  domains_.add(tenant_, "a.example", call_);
  domains_.add(tenant_, "b.example", call_);
  EXPECT_EQ(
      error_of([&] { db_.run("update tenancy.tenant_domains set domain = 'A.example' where is_primary"); }).sqlstate(),
      "23514");
  EXPECT_EQ(error_of([&] { db_.run("update tenancy.tenant_domains set is_primary = true"); }).sqlstate(), "23505");
}

}  // namespace
}  // namespace tenure::tenancy
