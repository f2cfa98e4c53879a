#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/e2e/cli_shop.h"

// `tenure user …` and the jobs of users, through a server and on the estate directly (B2, B6, B7).
namespace tenure::e2e {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kPassword = "correct horse battery";

class CliUser : public CliShop, public ::testing::WithParamInterface<Way> {
 protected:
  Words command(Words words) const {
    words.insert(words.begin(), "user");
    for (auto& word : reaching(GetParam())) words.push_back(std::move(word));
    return words;
  }
  test::Finished user(Words words) const { return run(command(std::move(words))); }
  json user_json(Words words) const { return run_json(command(std::move(words))); }
  static int log_in(const std::string& address) {
    return server()
        .send("POST", "/api/v1/auth/login", Secret(), {}, {{"email", address}, {"password", kPassword}})
        .status;
  }

  const std::string address_ = People::address_of("cli." + Uuid::random().str());
};

TEST_P(CliUser, IsMadeListedSuspendedAndPromoted) {
  const auto made =
      run(command({"create", address_, "--name", "Ana", "--json"}), {{"TENURE_USER_PASSWORD", kPassword}});
  ASSERT_EQ(made.status, 0) << made.errors;
  const auto account = json::parse(made.output);
  const auto id = account["user_id"].get<std::string>();
  EXPECT_THAT(made.output + made.errors, Not(HasSubstr(kPassword)));
  EXPECT_EQ(account, get("/api/v1/auth/users/" + id));
  EXPECT_EQ(account["is_platform_admin"], false);
  EXPECT_EQ(log_in(address_), 200);
  EXPECT_EQ(user_json({"list", "--limit", "1"})["users"][0], account);
  EXPECT_THAT(user({"show", id}).output, HasSubstr("User " + id + " \"Ana\"\n"));
  EXPECT_THAT(user({"list", "--limit", "1"}).output, ContainsRegex(id + " +active +no .*" + address_));

  EXPECT_EQ(user_json({"suspend", id})["is_active"], false);
  EXPECT_EQ(log_in(address_), 401);
  EXPECT_EQ(user_json({"activate", id})["is_active"], true);
  EXPECT_EQ(log_in(address_), 200);
  EXPECT_EQ(user_json({"promote", id})["is_platform_admin"], true);
  EXPECT_THAT(user({"show", id}).output, ContainsRegex("platform admin +yes"));
  EXPECT_EQ(user_json({"demote", id}), account);

  const auto again = user({"create", address_, "--name", "Ana", "--no-password"});
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.errors, HasSubstr("email: "));
}

TEST_P(CliUser, MembershipsAreShownAndEndedApartFromOwnTenants) {
  const auto ana = person("ana");
  const auto own = people().tenant(ana, "Own");
  const auto bens = people().tenant(person("ben"), "Ben's");
  people().join(bens, ana, "manager");
  const auto listed = user({"memberships", ana.str()});
  EXPECT_THAT(listed.output, ContainsRegex(own.str() + " +owner +yes +active +Own"));
  EXPECT_THAT(listed.output, ContainsRegex(bens.str() + " +manager +no +active +Ben's"));
  EXPECT_EQ(user({"remove-memberships", ana.str(), "--confirm", "yes"}).status, 2);
  EXPECT_EQ(user_json({"memberships", ana.str()})["memberships"].size(), 2U);
  const auto removed = user({"remove-memberships", ana.str(), "--confirm", ana.str()});
  EXPECT_EQ(removed.status, 1) << "the owner's membership stays";
  EXPECT_THAT(removed.output, ContainsRegex(own.str() + " +owner +failed +.*owner"));
  EXPECT_THAT(removed.output, ContainsRegex(bens.str() + " +manager +removed"));
  EXPECT_EQ(user_json({"memberships", ana.str()})["memberships"].size(), 1U);
  const auto nobody = Uuid::random().str();
  EXPECT_THAT(user({"remove-memberships", nobody, "--confirm", nobody}).output, HasSubstr("no memberships"));
}

TEST_P(CliUser, IsErasedWithWhatBecomesOfTheirTenantsSaidBeforeAndAfter) {
  const auto name = "erased." + Uuid::random().str();
  const auto ana = people().person(name);
  const auto ben = person("ben");
  const auto alone = people().tenant(ana, "Alone");
  const auto shared = people().tenant(ana, "Shared");
  people().join(shared, ben, "admin");

  const auto preview = user({"preview", ana.str()});
  EXPECT_EQ(preview.status, 0) << preview.errors;
  EXPECT_THAT(preview.output, ContainsRegex(alone.str() + ".*would be deleted with all its data"));
  EXPECT_THAT(preview.output, ContainsRegex(shared.str() + ".*would be handed over to " + ben.str()));
  const auto before = all_rows();
  for (const auto* confirm : {"", "yes", "ben@people.example"}) {
    const auto refused = user({"erase", ana.str(), "--confirm", confirm});
    EXPECT_EQ(refused.status, 2) << refused.output;
    EXPECT_THAT(refused.errors, HasSubstr("confirm: "));
  }
  EXPECT_EQ(all_rows(), before);

  const auto erased = user({"erase", ana.str(), "--confirm", People::address_of(name)});
  EXPECT_EQ(erased.status, 0) << erased.errors;
  EXPECT_THAT(erased.output, ContainsRegex("^Job [-0-9a-f]+  completed\n  user      " + ana.str()));
  EXPECT_THAT(erased.output, ContainsRegex("tenant " + alone.str() + "  deleted by job [-0-9a-f]+  done"));
  EXPECT_THAT(erased.output, ContainsRegex("tenant " + shared.str() + "  handed over to " + ben.str() + "  done"));
  EXPECT_EQ(get(tenant_path(shared))["owner_id"], ben.str());

  const auto again = user({"erase", ana.str(), "--confirm", ana.str()});
  EXPECT_EQ(again.status, 2);
  EXPECT_THAT(again.errors, HasSubstr("user_id: "));
  Words jobs{"job", "list", "--user", ana.str()};
  for (auto& word : reaching(GetParam())) jobs.push_back(std::move(word));
  const auto listed = run_json(jobs);
  ASSERT_EQ(listed["jobs"].size(), 1U);
  EXPECT_EQ(listed["jobs"][0]["owned_tenants"].size(), 2U);
  EXPECT_THAT(run(jobs).output, ContainsRegex("completed +user +" + ana.str()));
}

INSTANTIATE_TEST_SUITE_P(Both, CliUser, ::testing::Values(Way::through_server, Way::on_estate),
                         [](const auto& test) { return test.param == Way::on_estate ? "OnEstate" : "ThroughServer"; });

class CliUserAtTerminal : public CliShop {
 protected:
  static Words command(Words words) {
    words.insert(words.begin(), "user");
    for (auto& word : reaching(Way::through_server)) words.push_back(std::move(word));
    return words;
  }
};

TEST_F(CliUserAtTerminal, PasswordIsTypedTwiceUnseen) {
  const auto address = People::address_of("typed." + Uuid::random().str());
  const auto create = command({"create", address, "--name", "Ana"});
  const auto differing = run_at_terminal(create, {{"Password: ", kPassword}, {"Once more: ", "another horse battery"}});
  EXPECT_EQ(differing.status, 2) << differing.output;
  EXPECT_THAT(differing.output, HasSubstr("password: the two are not the same"));
  const auto made = run_at_terminal(create, {{"Password: ", kPassword}, {"Once more: ", kPassword}});
  EXPECT_EQ(made.status, 0) << made.output;
  EXPECT_THAT(made.output, HasSubstr(address));
  for (const auto& finished : {differing, made}) EXPECT_THAT(finished.output, Not(HasSubstr("horse")));
  const json credentials = {{"email", address}, {"password", kPassword}};
  EXPECT_EQ(server().send("POST", "/api/v1/auth/login", Secret(), {}, credentials).status, 200);
}

TEST_F(CliUserAtTerminal, ErasureAsksForTheAddressOrTheId) {
  const auto name = "asked." + Uuid::random().str();
  const auto ana = people().person(name);
  const auto tenant = people().tenant(ana, "At Stake");
  const auto erase = command({"erase", ana.str()});
  const std::string question = "Type the user's e-mail address or id to erase the user: ";
  const auto refused = run_at_terminal(erase, {{question, "ana"}});
  EXPECT_EQ(refused.status, 2) << refused.output;
  EXPECT_THAT(refused.output, HasSubstr(tenant.str())) << "the person sees what is at stake";
  EXPECT_THAT(refused.output, HasSubstr("confirm: that is not the user's e-mail address or id"));
  EXPECT_EQ(get("/api/v1/auth/users/" + ana.str())["is_active"], true);
  const auto erased = run_at_terminal(erase, {{question, People::address_of(name)}});
  EXPECT_EQ(erased.status, 0) << erased.output;
  EXPECT_THAT(erased.output, HasSubstr("completed"));
  EXPECT_EQ(people().as_service("GET", "/api/v1/auth/users/" + ana.str()).status, 404);
}

}  // namespace
}  // namespace tenure::e2e
