#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/e2e/cli_shop.h"

// `tenure tenant …`, through a server and on the estate directly (B1 to B5, B8).
namespace tenure::e2e {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class CliTenant : public CliShop, public ::testing::WithParamInterface<Way> {
 protected:
  test::Finished tenant(Words words) const { return run(command(std::move(words))); }
  json tenant_json(Words words) const { return run_json(command(std::move(words))); }
  /// It succeeds and prints `text`.
  void expect_said(const std::string& text, Words words) const {
    const auto finished = tenant(std::move(words));
    EXPECT_EQ(finished.status, 0) << finished.errors;
    EXPECT_THAT(finished.output, HasSubstr(text));
  }
  Words command(Words words) const {
    words.insert(words.begin(), "tenant");
    for (auto& word : reaching(GetParam())) words.push_back(std::move(word));
    return words;
  }

  const UserId owner_ = person("owner");
};

TEST_P(CliTenant, IsCreatedShownListedAndChanged) {
  const auto slug = "cli-" + owner_.str();
  const auto made =
      tenant_json({"create", "Forn Vell", "--owner", owner_.str(), "--slug", slug, "--time-zone", "Europe/Madrid"});
  const auto id = made["tenant_id"].get<std::string>();
  EXPECT_EQ(made, get("/api/v1/tenants/" + id));
  EXPECT_EQ(made["owner_id"], owner_.str());
  EXPECT_EQ(made["slug"], slug);
  EXPECT_EQ(made["time_zone"], "Europe/Madrid");
  EXPECT_EQ(tenant_json({"show", id}), made);
  const auto shown = tenant({"show", id});
  EXPECT_THAT(shown.output, HasSubstr("Tenant " + id + " \"Forn Vell\"\n"));
  EXPECT_THAT(shown.output, ContainsRegex("slug +" + slug));

  const auto second = tenant_json({"create", "Second", "--owner", owner_.str()})["tenant_id"].get<std::string>();
  const auto page = tenant_json({"list", "--limit", "1"});
  ASSERT_EQ(page["tenants"].size(), 1U);
  EXPECT_EQ(page["tenants"][0]["tenant_id"], second);
  const auto cursor = page["next_cursor"].get<std::string>();
  EXPECT_EQ(tenant_json({"list", "--limit", "1", "--cursor", cursor})["tenants"][0], made);
  const auto listed = tenant({"list", "--limit", "1"});
  EXPECT_THAT(listed.output, ContainsRegex(second + " +active"));
  EXPECT_THAT(listed.output, HasSubstr("there are more: --cursor " + cursor));

  const auto renamed = tenant_json({"update", id, "--name", "Forn Nou"});
  EXPECT_EQ(renamed["name"], "Forn Nou");
  EXPECT_EQ(renamed["slug"], slug);
}

TEST_P(CliTenant, IsSuspendedHiddenAndBroughtBack) {
  const auto id = people().tenant(owner_, "Life").str();
  const auto before = get("/api/v1/tenants/" + id);
  expect_said("suspended", {"suspend", id});
  expect_said("active", {"activate", id});
  const auto hidden = tenant_json({"soft-delete", id, "--confirm", "Life"});
  EXPECT_TRUE(hidden["deleted_at"].is_string());
  expect_said("soft-deleted", {"show", id});
  EXPECT_THAT(tenant({"list"}).output, Not(HasSubstr(id)));
  EXPECT_THAT(tenant({"list", "--deleted"}).output, ContainsRegex(id + " +soft-deleted"));
  expect_said("active", {"restore", id});
  auto after = tenant_json({"show", id});
  after["updated_at"] = before["updated_at"];  // suspended and activated
  EXPECT_EQ(after, before);
}

TEST_P(CliTenant, SweepOrdersTheErasureOfWhatIsDue) {
  const auto id = people().tenant(owner_, "Due");
  ASSERT_EQ(people().as_service("POST", tenant_path(id, "soft-delete")).status, 200);
  expect_said("no tenant is due", {"sweep"});
  databases().run(
      shop().database("accounts"),
      fmt::format("UPDATE tenancy.tenants SET erase_after = now() - interval '1 second' WHERE id = '{}'", id.str()));
  const auto swept = tenant({"sweep"});
  EXPECT_EQ(swept.status, 0) << swept.errors;
  EXPECT_THAT(swept.output, ContainsRegex("^deletion job [-0-9a-f]{36}\n$"));
  databases().wait_until(shop().database("control"), fmt::format("(SELECT status FROM tenure.deletion_jobs WHERE "
                                                                 "tenant_id = '{}') = 'completed'",
                                                                 id.str()));
}

TEST_P(CliTenant, MembersComeChangeAndGo) {
  const auto id = people().tenant(owner_, "Members").str();
  const auto user = person("member");
  const auto role_of = [&](const UserId& member) -> std::string {
    const auto listed = tenant_json({"members", id});
    for (const auto& one : listed.at("members")) {
      if (one["user_id"] == member.str()) return one["role"];
    }
    return "none";
  };
  expect_said(user.str(), {"add-member", id, user.str(), "member"});
  EXPECT_EQ(role_of(user), "member");
  expect_said("admin", {"change-role", id, user.str(), "admin"});
  EXPECT_EQ(role_of(user), "admin");
  const auto admins = tenant({"admins", id});
  EXPECT_THAT(admins.output, ContainsRegex(owner_.str() + " +owner"));
  EXPECT_THAT(admins.output, ContainsRegex(user.str() + " +admin .*@people.example"));
  const auto transferred = tenant_json({"transfer", id, user.str()});
  EXPECT_EQ(transferred["owner_id"], user.str());
  EXPECT_EQ(role_of(owner_), "admin");
  expect_said("is no member any more", {"remove-member", id, owner_.str()});
  EXPECT_EQ(role_of(owner_), "none");
  const auto refused = tenant({"remove-member", id, user.str()});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.errors, HasSubstr("owner"));
}

TEST_P(CliTenant, InvitationIsMadeListedAcceptedAndRevoked) {
  const auto id = people().tenant(owner_, "Invitations").str();
  const auto name = "guest." + Uuid::random().str();
  const auto guest = people().person(name);
  const auto invited = tenant({"invite", id, People::address_of(name), "manager"});
  ASSERT_EQ(invited.status, 0) << invited.errors;
  constexpr std::string_view kBefore = "token, shown this once: ";
  const auto at = invited.output.find(kBefore);
  ASSERT_NE(at, std::string::npos) << invited.output;
  const auto token = invited.output.substr(at + kBefore.size(), 43);
  const auto accepted = people().as(guest, "POST", "/api/v1/invitations/accept", {{"token", token}});
  EXPECT_EQ(accepted.status, 200) << accepted;
  EXPECT_EQ(accepted.body["role"], "manager");

  const auto other = tenant_json({"invite", id, "other@people.example", "readonly"});
  const auto listed = tenant({"invitations", id});
  EXPECT_THAT(listed.output, ContainsRegex("manager +accepted"));
  EXPECT_THAT(listed.output, ContainsRegex("readonly +open"));
  EXPECT_THAT(listed.output, Not(HasSubstr(other["token"].get<std::string>())));
  expect_said("revoked", {"revoke-invitation", id, other["invitation_id"]});
  EXPECT_THAT(tenant({"invitations", id}).output, ContainsRegex("readonly +revoked"));
}

TEST_P(CliTenant, DomainsSettingsAndSubscription) {
  const auto id = people().tenant(owner_, "Parts").str();
  const auto domain = owner_.str() + ".example";
  expect_said("no domains", {"domain", "list", id});
  expect_said(domain, {"domain", "add", id, domain});
  expect_said("www." + domain, {"domain", "add", id, "www." + domain});
  expect_said("yes", {"domain", "primary", id, "www." + domain});
  EXPECT_THAT(tenant({"domain", "list", id}).output, ContainsRegex("www." + domain + " +yes"));
  expect_said("removed", {"domain", "remove", id, "www." + domain});
  EXPECT_EQ(tenant_json({"domain", "list", id})["domains"].size(), 1U);

  expect_said("no settings", {"setting", "list", id});
  expect_said("the setting is set", {"setting", "set", id, "opening.hours", R"({"mo": [7, 19.5]})"});
  EXPECT_EQ(tenant_json({"setting", "list", id})["settings"], (json{{"opening.hours", {{"mo", {7, 19.5}}}}}));
  expect_said(R"({"mo":[7,19.5]})", {"setting", "list", id});
  expect_said("the setting is removed", {"setting", "unset", id, "opening.hours"});
  EXPECT_EQ(tenant_json({"setting", "list", id})["settings"], json::object());

  const auto never = tenant({"subscription", "show", id});
  EXPECT_EQ(never.status, 2);
  EXPECT_THAT(never.errors, HasSubstr("subscription: "));
  const auto set =
      tenant_json({"subscription", "set", id, "--plan", "plus", "--status", "trialing", "--price", "49.9"});
  EXPECT_EQ(set["price"], "49.90");
  EXPECT_EQ(tenant_json({"subscription", "show", id}), set);
  expect_said("cancelled", {"subscription", "cancel", id});
}

INSTANTIATE_TEST_SUITE_P(Both, CliTenant, ::testing::Values(Way::through_server, Way::on_estate),
                         [](const auto& test) { return test.param == Way::on_estate ? "OnEstate" : "ThroughServer"; });

// B8: what a person has to type before a tenant is hidden.
class CliSoftDelete : public CliShop {
 protected:
  const TenantId tenant_ = people().tenant(person("owner"), "Forn Vell");
  const Words command_ = [&] {
    Words words{"tenant", "soft-delete", tenant_.str()};
    for (auto& word : reaching(Way::through_server)) words.push_back(std::move(word));
    return words;
  }();
};

TEST_F(CliSoftDelete, AsksForTheNameAndHidesNothingWhenAnotherIsTyped) {
  const auto before = all_rows();
  for (const auto& [typed, why] :
       {std::pair("forn vell", "confirm: that is not the tenant's name"),
        std::pair("", "confirm: type the tenant's name"), std::pair("yes", "confirm: that is not the tenant's name")}) {
    const auto finished = run_at_terminal(command_, {{"to hide it, and erase it later: ", typed}});
    EXPECT_EQ(finished.status, 2) << finished.output;
    EXPECT_THAT(finished.output, HasSubstr("\"Forn Vell\"")) << "the person sees what is at stake";
    EXPECT_THAT(finished.output, HasSubstr(why));
  }
  const auto nobody = run(command_);
  EXPECT_EQ(nobody.status, 2);
  EXPECT_THAT(nobody.errors, HasSubstr("--confirm"));
  EXPECT_EQ(all_rows(), before);
}

TEST_F(CliSoftDelete, HidesWhenTheNameIsTyped) {
  const auto finished = run_at_terminal(command_, {{"to hide it, and erase it later: ", " Forn Vell "}});
  EXPECT_EQ(finished.status, 0) << finished.output;
  EXPECT_THAT(finished.output, HasSubstr("soft-deleted"));
  EXPECT_TRUE(get(tenant_path(tenant_))["deleted_at"].is_string());
}

}  // namespace
}  // namespace tenure::e2e
