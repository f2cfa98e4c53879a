#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "server/http_server.h"
#include "tests/postgres/server/small_estate.h"
#include "tests/support/crafted_token.h"
#include "tests/support/rsa_key.h"

// Spec B6: an external OpenID provider is trusted by its published keys, which are fetched over HTTP from a server that
// this test runs, and its users are let in as far as their memberships go.
namespace tenure::server {
namespace {

using nlohmann::json;

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// An identity provider: its keys, and the address where it publishes them.
class Provider {
 public:
  Provider()
      : http_({}, [this](const Request& request) {
          ++fetches_;
          if (request.path != "/keys") return Response{.status = 404};
          return json_answer(200, {{"keys", {rsa_.jwk("rsa-1")}}});
        }) {}

  std::string url() const { return http_.url() + "/keys"; }
  int fetches() const { return fetches_; }
  std::string users() const {
    return fmt::format(
        "  identity_provider:\n    issuer: https://id.example\n    jwks: {}\n    audience: bakery\n"
        "    platform_admin_claim: roles\n",
        url());
  }

  static json header(const char* algorithm = "RS256", const char* key = "rsa-1") {
    return {{"alg", algorithm}, {"typ", "JWT"}, {"kid", key}};
  }
  static json claims(const UserId& user) {
    return {{"iss", "https://id.example"},
            {"aud", {"bakery", "other"}},
            {"sub", user.str()},
            {"iat", now()},
            {"exp", now() + 3600}};
  }
  Secret token(const json& header, const json& claims) const {
    return Secret(test::craft_token(header, claims, [this](const std::string& text) { return rsa_.sign(text); }));
  }
  Secret token_for(const UserId& user) const { return token(header(), claims(user)); }

 private:
  const test::RsaKey rsa_;
  std::atomic<int> fetches_ = 0;
  const HttpServer http_;
};

json with(json object, const char* name, const json& value) {
  object[name] = value;
  return object;
}

class OpenIdProvider : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    provider_ = std::make_unique<Provider>();
    estate_ = std::make_unique<SmallEstate>(SmallEstateSettings{.users = provider_->users()});
    estate_->in_tenancy(fmt::format(
        "begin; insert into tenancy.tenants (id, name, slug, owner_id) values ('{0}', 'Forn Vell', 'forn-vell', "
        "'{1}'); insert into tenancy.tenant_members (tenant_id, user_id, role) values ('{0}', '{1}', 'owner'), ('{0}', "
        "'{2}', 'readonly'); commit",
        tenant_.str(), owner_.str(), reader_.str()));
  }
  static void TearDownTestSuite() {
    estate_.reset();
    provider_.reset();
  }

  static Response send(const std::string& method, const std::string& path, const Secret& token,
                       const std::string& body = {}) {
    Request request{.method = method, .path = path, .body = body};
    request.headers["authorization"] = "Bearer " + token.reveal();
    return estate_->answer(std::move(request));
  }
  static int status_with(const Secret& token) { return send("GET", tenant_path(), token).status; }
  static std::string tenant_path() { return "/api/v1/tenants/" + tenant_.str(); }

  inline static std::unique_ptr<Provider> provider_;
  inline static std::unique_ptr<SmallEstate> estate_;
  inline static const TenantId tenant_ = TenantId::random();
  inline static const UserId owner_ = UserId::random();
  inline static const UserId reader_ = UserId::random();
};

TEST_F(OpenIdProvider, UsersAreLetInAsFarAsTheirMembershipGoes) {
  EXPECT_EQ(status_with(provider_->token_for(owner_)), 200);
  EXPECT_EQ(status_with(provider_->token_for(reader_)), 200);
  EXPECT_EQ(status_with(provider_->token_for(UserId::random())), 403);
  EXPECT_EQ(send("PATCH", tenant_path(), provider_->token_for(owner_), R"({"name":"Forn Nou"})").status, 200);
  EXPECT_EQ(send("PATCH", tenant_path(), provider_->token_for(reader_), R"({"name":"Mine"})").status, 403);
  EXPECT_GE(provider_->fetches(), 1);
  EXPECT_LE(provider_->fetches(), 2) << "once, and perhaps for an unknown key of another test";
}

TEST_F(OpenIdProvider, TokensThatAreNotTheirsAreRefused) {
  const auto good = Provider::claims(owner_);
  const std::map<std::string, Secret> refused = {
      {"another issuer", provider_->token(Provider::header(), with(good, "iss", "https://evil.example"))},
      {"our issuer", provider_->token(Provider::header(), with(good, "iss", "tenure"))},
      {"another audience", provider_->token(Provider::header(), with(good, "aud", "other"))},
      {"our audience", provider_->token(Provider::header(), with(good, "aud", "tenure"))},
      {"no audience", provider_->token(Provider::header(), with(good, "aud", json::array()))},
      {"expired", provider_->token(Provider::header(), with(good, "exp", now() - 1))},
      {"not valid yet", provider_->token(Provider::header(), with(good, "nbf", now() + 600))},
      {"lives for a week", provider_->token(Provider::header(), with(good, "exp", now() + 7 * 86400))},
      {"a user who is no UUID", provider_->token(Provider::header(), with(good, "sub", "ana"))},
      {"alg none", Secret(test::craft_token(Provider::header("none"), good, [](auto&) { return ""; }))},
      {"another algorithm", provider_->token(Provider::header("PS256"), good)},
      {"the algorithm of our keys", provider_->token(Provider::header("ES256"), good)},
      {"an HMAC", provider_->token(Provider::header("HS256"), good)},
      {"an unknown key", provider_->token(Provider::header("RS256", "rsa-2"), good)},
      {"another's signature",
       Secret(test::craft_token(Provider::header(), good,
                                [](const std::string& text) { return test::RsaKey().sign(text); }))},
      // Neither issuer speaks for the other.
      {"the provider's key id, our signature",
       Secret(test::craft_token(Provider::header("ES256"), good, test::signer_of(estate_->keys())))},
      {"our key id, the provider's signature",
       provider_->token(test::good_header(estate_->keys()), with(test::good_claims("tenure"), "sub", "orchestrator"))},
      {"a service, says the provider", provider_->token(Provider::header(), with(good, "kind", "service"))},
  };
  for (const auto& [name, token] : refused) {
    const auto answer = send("GET", tenant_path(), token);
    // The provider does not know what a service is: whoever it names is a user.
    EXPECT_EQ(answer.status, name == "a service, says the provider" ? 200 : 401) << name << ": " << answer.body;
  }
  EXPECT_EQ(status_with(provider_->token_for(owner_)), 200);
}

TEST_F(OpenIdProvider, PlatformAdminsAreThoseOfItsClaim) {
  const auto stranger = Provider::claims(UserId::random());
  const auto status = [&](const json& roles) {
    return send("GET", tenant_path(), provider_->token(Provider::header(), with(stranger, "roles", roles))).status;
  };
  EXPECT_EQ(status({"reader", "platform-admin"}), 200);
  EXPECT_EQ(status(true), 200);
  for (const json& roles : {json("platform-admin"), json("true"), json::array({"admin"}), json(1), json::object()}) {
    EXPECT_EQ(status(roles), 403) << roles;
  }
}

// Where the provider keeps the accounts there is nothing of ours to log into, and nobody is a service by its word.
TEST_F(OpenIdProvider, HasNoRoutesOfOurAccountsAndMakesNoServices) {
  for (const auto* path : {"/api/v1/auth/login", "/api/v1/auth/register", "/api/v1/auth/refresh"}) {
    EXPECT_EQ(send("POST", path, provider_->token_for(owner_), "{}").status, 404) << path;
  }
  const auto path = "/api/v1/orders/tenant/" + tenant_.str() + "/deletion-preview";
  EXPECT_EQ(send("GET", path, provider_->token_for(owner_)).status, 401);
  EXPECT_EQ(send("GET", path, estate_->service_token("orders")).status, 200);
}

// A token of a session that only an account of ours could have.
TEST_F(OpenIdProvider, TokensOfOurOwnForAUserAreWorthNothing) {
  Person person{.id = owner_, .email = {}, .session = Uuid::random(), .token = {}};
  EXPECT_EQ(status_with(estate_->token_of(person)), 401);
}

}  // namespace
}  // namespace tenure::server
