#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/e2e/cli_shop.h"

// "Bad input" of the specification for the commands about tenants, users, jobs and keys: the error is on standard error
// and names the field, the exit status is 2, and nothing has changed.
namespace tenure::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kNobody = "7d3c1c8e-5a55-4c0e-9d0a-2f6f6f1b7a10";

struct BadCommand {
  std::vector<std::string> words;  ///< TENANT, OWNER and NOBODY stand for ids
  std::string error;
};

class CliBadTenancyInput : public CliShop {
 protected:
  std::string filled(const std::string& word) const {
    if (word == "TENANT") return tenant_.str();
    if (word == "OWNER") return owner_.str();
    return word == "NOBODY" ? kNobody : word;
  }
  /// Each through a server; every third on the estate too, where it is the same routes that answer.
  void expect_refused(const std::vector<BadCommand>& commands) {
    const auto before = all_rows();
    std::size_t number = 0;
    for (const auto& bad : commands) {
      Words words;
      for (const auto& word : bad.words) words.push_back(filled(word));
      for (const auto way : {Way::through_server, Way::on_estate}) {
        if (way == Way::on_estate && number++ % 3 != 0) continue;
        auto whole = words;
        for (auto& word : reaching(way)) whole.push_back(std::move(word));
        const auto finished = run(whole);
        const auto shown = fmt::format("{}", fmt::join(whole, " "));
        EXPECT_EQ(finished.status, 2) << shown << "\n" << finished.errors;
        EXPECT_THAT(finished.errors, HasSubstr(bad.error)) << shown;
        EXPECT_THAT(finished.output, IsEmpty()) << shown;
      }
    }
    EXPECT_EQ(all_rows(), before);
  }

  const UserId owner_ = person("owner");
  const TenantId tenant_ = people().tenant(owner_, "Untouched");
};

TEST_F(CliBadTenancyInput, IdsThatAreNoUuids) {
  expect_refused({
      {{"tenant", "show", "forn-vell"}, "tenant_id: "},
      {{"tenant", "create", "Forn", "--owner", "ana"}, "owner: "},
      {{"tenant", "transfer", "TENANT", "ben"}, "new_owner_id: "},
      {{"tenant", "add-member", "TENANT", "ben", "admin"}, "user_id: "},
      {{"tenant", "revoke-invitation", "TENANT", "first"}, "invitation_id: "},
      {{"user", "erase", "ana@people.example", "--confirm", "x"}, "user_id: "},
      {{"user", "remove-memberships", "../../tenants", "--confirm", "x"}, "user_id: "},
      {{"job", "list", "--user", "ana"}, "user_id: "},
  });
}

TEST_F(CliBadTenancyInput, WhatIsNotThere) {
  expect_refused({
      {{"tenant", "show", "NOBODY"}, "tenant_id: "},
      {{"tenant", "update", "NOBODY", "--name", "x"}, "tenant_id: "},
      {{"tenant", "soft-delete", "NOBODY", "--confirm", "x"}, "tenant_id: "},
      {{"tenant", "create", "Forn", "--owner", "NOBODY"}, "owner_id: "},
      {{"tenant", "add-member", "TENANT", "NOBODY", "admin"}, "user_id: "},
      {{"tenant", "change-role", "TENANT", "NOBODY", "admin"}, "user_id: "},
      {{"tenant", "remove-member", "TENANT", "NOBODY"}, "user_id: "},
      {{"tenant", "revoke-invitation", "TENANT", "NOBODY"}, "invitation_id: "},
      {{"tenant", "domain", "remove", "TENANT", "forn.example"}, "domain: "},
      {{"tenant", "setting", "unset", "TENANT", "colour"}, "name: "},
      {{"tenant", "subscription", "cancel", "TENANT"}, "subscription: "},
      {{"user", "show", "NOBODY"}, "user_id: "},
      {{"user", "erase", "NOBODY", "--confirm", "NOBODY"}, "user_id: "},
      {{"job", "show", "NOBODY"}, "job_id: "},
  });
}

TEST_F(CliBadTenancyInput, ValuesThatAreNone) {
  expect_refused({
      {{"tenant", "create", " ", "--owner", "OWNER"}, "name: "},
      {{"tenant", "create", "Forn", "--owner", "OWNER", "--slug", "Forn Vell"}, "slug: "},
      {{"tenant", "create", "Forn", "--owner", "OWNER", "--time-zone", "Mars/Olympus"}, "time_zone: "},
      {{"tenant", "update", "TENANT", "--name", "a\nb"}, "name: "},
      {{"tenant", "update", "TENANT", "--name", "\xff"}, "name: "},
      {{"tenant", "list", "--limit", "0"}, "limit: "},
      {{"tenant", "list", "--cursor", "x"}, "cursor: "},
      {{"tenant", "add-member", "TENANT", "OWNER", "king"}, "role: "},
      {{"tenant", "add-member", "TENANT", "OWNER", "owner"}, "role: "},
      {{"tenant", "invite", "TENANT", "nobody", "member"}, "email: "},
      {{"tenant", "invite", "TENANT", "a@people.example", "owner"}, "role: "},
      {{"tenant", "domain", "add", "TENANT", "localhost"}, "domain: "},
      {{"tenant", "domain", "add", "TENANT", "other.shop.example"}, "domain: "},
      {{"tenant", "domain", "remove", "TENANT", "a/../../members"}, "domain: "},
      {{"tenant", "setting", "set", "TENANT", "Colour", "1"}, "name: "},
      {{"tenant", "setting", "set", "TENANT", "colour", "red"}, "value: "},
      {{"tenant", "subscription", "set", "TENANT", "--plan", "plus", "--price", "-1"}, "price: "},
      {{"tenant", "subscription", "set", "TENANT", "--plan", "plus", "--status", "happy"}, "status: "},
      {{"user", "create", "nobody", "--name", "Ana", "--no-password"}, "email: "},
      {{"user", "create", "a@people.example", "--name", " ", "--no-password"}, "full_name: "},
      {{"user", "list", "--limit", "501"}, "limit: "},
      {{"job", "list", "--status", "happy"}, "status: "},
  });
}

TEST_F(CliBadTenancyInput, ArgumentsThatAreMissingOrTooMany) {
  expect_refused({
      {{"tenant", "create", "Forn"}, "--owner"},
      {{"tenant", "subscription", "set", "TENANT"}, "--plan"},
      {{"tenant", "rename", "TENANT"}, "\"rename\" is not a command"},
      {{"tenant", "show", "TENANT", "--force"}, "--force"},
      {{"user", "create", "a@people.example"}, "--name"},
      {{"user", "forget"}, "\"forget\" is not a command"},
  });
}

TEST_F(CliBadTenancyInput, PasswordThatIsTooShortOrThatNobodyIsThereToType) {
  const auto before = all_rows();
  Words create{"user", "create", "short@people.example", "--name", "Ana"};
  for (auto& word : reaching(Way::through_server)) create.push_back(std::move(word));
  for (const auto& [environment, error] :
       std::vector<std::pair<Environment, std::string>>{{{{"TENURE_USER_PASSWORD", "hunter2"}}, "password: "},
                                                        {{{"TENURE_USER_PASSWORD", ""}}, "password: "},
                                                        {{}, "TENURE_USER_PASSWORD"}}) {
    const auto finished = run(create, environment);
    EXPECT_EQ(finished.status, 2) << finished.errors;
    EXPECT_THAT(finished.errors, HasSubstr(error));
    EXPECT_THAT(finished.errors, ::testing::Not(HasSubstr("hunter2")));
  }
  EXPECT_EQ(all_rows(), before);
}

}  // namespace
}  // namespace tenure::e2e
