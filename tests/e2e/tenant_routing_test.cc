#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/bakery.h"
#include "tests/e2e/people.h"

// "current" in place of a tenant's id, over HTTP (D9).
namespace tenure::e2e {
namespace {

class TenantRouting : public ::testing::Test {
 protected:
  TenantRouting() {
    for (const auto& [tenant, domain] : {std::pair(&forn_, "forn"), std::pair(&nou_, "nou")}) {
      const auto added = people_.as_service("POST", tenant_path(*tenant, "domains"), {{"domain", host_of(domain)}});
      EXPECT_EQ(added.status, 201) << added;
    }
  }

  /// A domain of this test's own.
  std::string host_of(const std::string& name) const { return name + "." + unique_ + ".example"; }
  Answer current(const UserId& user, std::vector<std::string> headers) {
    return people_.as(user, "GET", "/api/v1/tenants/current", nullptr, std::move(headers));
  }
  std::string tenant_at(const UserId& user, std::vector<std::string> headers) {
    const auto answer = current(user, std::move(headers));
    if (answer.status != 200) return std::to_string(answer.status);
    return answer.body["tenant_id"] == forn_.str()  ? "forn"
           : answer.body["tenant_id"] == nou_.str() ? "nou"
                                                    : "another";
  }
  std::string slug_of(const TenantId& tenant) const {
    return people_.as_service("GET", tenant_path(tenant)).body.at("slug");
  }

  Bakery& bakery_ = Bakery::instance();
  People people_{bakery_.server(), bakery_.databases(), "control", bakery_.keys()};
  const std::string unique_ = Uuid::random().str();
  const UserId ana_ = people_.person("ana." + unique_);
  const UserId ben_ = people_.person("ben." + unique_);
  const TenantId forn_ = people_.tenant(ana_, "Forn " + unique_);
  const TenantId nou_ = people_.tenant(ben_, "Nou " + unique_);
};

TEST_F(TenantRouting, HostThenHeaderThenDefaultDecideAndNoneIsAnEntrance) {
  people_.join(nou_, ana_, "member");
  EXPECT_EQ(tenant_at(ana_, {"Host: " + host_of("nou")}), "nou");
  EXPECT_EQ(tenant_at(ana_, {"Host: " + host_of("NOU") + ".:8714"}), "nou");
  EXPECT_EQ(tenant_at(ana_, {"Host: " + slug_of(nou_) + ".bakery.example:443"}), "nou");
  EXPECT_EQ(tenant_at(ana_, {"Host: " + host_of("forn"), "X-Tenant-ID: " + nou_.str()}), "forn");
  EXPECT_EQ(tenant_at(ana_, {"X-Tenant-ID: " + nou_.str()}), "nou");
  EXPECT_EQ(tenant_at(ana_, {}), "forn");
  EXPECT_EQ(people_.as(ana_, "PUT", tenant_path(nou_, "default")).status, 204);
  EXPECT_EQ(tenant_at(ana_, {}), "nou");
  EXPECT_EQ(tenant_at(ana_, {"Host: api.elsewhere.example"}), "nou");

  // Ben is a member of Nou only.
  for (const auto& header :
       {"Host: " + host_of("forn"), "Host: " + slug_of(forn_) + ".bakery.example", "X-Tenant-ID: " + forn_.str(),
        std::string("Host: nobody.bakery.example"), "X-Tenant-ID: " + Uuid::random().str()}) {
    EXPECT_EQ(tenant_at(ben_, {header}), "404") << header;
  }
  EXPECT_EQ(tenant_at(ben_, {"X-Tenant-ID: forn"}), "400");
  EXPECT_EQ(tenant_at(people_.person("stranger." + unique_), {}), "404");
}

TEST_F(TenantRouting, SuspendedTenantIsNotReplacedByAnother) {
  people_.join(nou_, ana_, "member");
  ASSERT_EQ(people_.as_service("POST", tenant_path(forn_, "suspend")).status, 200);
  EXPECT_EQ(tenant_at(ana_, {}), "404") << "her default tenant";
  EXPECT_EQ(tenant_at(ana_, {"Host: " + host_of("forn"), "X-Tenant-ID: " + nou_.str()}), "404");
  EXPECT_EQ(tenant_at(ana_, {"X-Tenant-ID: " + nou_.str()}), "nou");
  ASSERT_EQ(people_.as_service("POST", tenant_path(forn_, "activate")).status, 200);
  EXPECT_EQ(tenant_at(ana_, {}), "forn");
}

// An admin of one tenant could have made another's host a domain of theirs.
TEST_F(TenantRouting, NobodyClaimsAnothersHostUnderTheProductsOwnDomain) {
  const auto claimed =
      people_.as(ben_, "POST", tenant_path(nou_, "domains"), {{"domain", slug_of(forn_) + ".bakery.example"}});
  EXPECT_EQ(claimed.status, 400) << claimed;
  EXPECT_EQ(tenant_at(ana_, {"Host: " + slug_of(forn_) + ".bakery.example"}), "forn");
}

// What acts on the current tenant acts on that one and on no other.
TEST_F(TenantRouting, ChangesGoToTheTenantThatTheHostNames) {
  people_.join(nou_, ana_, "admin");
  const auto changed =
      people_.as(ana_, "PATCH", "/api/v1/tenants/current", {{"name", "Renamed"}}, {"Host: " + host_of("nou")});
  ASSERT_EQ(changed.status, 200) << changed;
  EXPECT_EQ(people_.as_service("GET", tenant_path(nou_)).body["name"], "Renamed");
  EXPECT_EQ(people_.as_service("GET", tenant_path(forn_)).body["name"], "Forn " + unique_);
}

}  // namespace
}  // namespace tenure::e2e
