#include "cli/tenant_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/user_text.h"

// What the commands about tenants and users print of the API's bodies (B1 to B8).

namespace tenure::cli {
namespace {

using nlohmann::json;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kTenant = "11111111-1111-4111-8111-111111111111";
constexpr const char* kUser = "22222222-2222-4222-8222-222222222222";

json tenant_named(const std::string& name) {
  return {{"tenant_id", kTenant},  {"name", name},          {"slug", "forn"},       {"owner_id", kUser},
          {"status", "active"},    {"time_zone", "UTC"},    {"created_at", "then"}, {"updated_at", "now"},
          {"deleted_at", nullptr}, {"erase_after", nullptr}};
}

TEST(TenantText, SaysHowATenantStands) {
  auto tenant = tenant_named("Forn Vell");
  EXPECT_EQ(tenant_text(tenant),
            "Tenant 11111111-1111-4111-8111-111111111111 \"Forn Vell\"\n"
            "  slug       forn\n"
            "  owner      22222222-2222-4222-8222-222222222222\n"
            "  status     active\n"
            "  time zone  UTC\n"
            "  created    then\n"
            "  updated    now\n");
  tenant["deleted_at"] = "yesterday";
  tenant["erase_after"] = "tomorrow";
  EXPECT_THAT(tenant_text(tenant), ContainsRegex("status +soft-deleted\n"));
  EXPECT_THAT(tenant_text(tenant), ContainsRegex("hidden +yesterday\n +erased after +tomorrow\n"));
  tenant["status"] = "deleting";
  EXPECT_THAT(tenant_text(tenant), ContainsRegex("status +deleting\n"));
}

// A tenant's people choose its name; the operator's terminal obeys none of it.
TEST(TenantText, NamesDoNotSteerTheTerminal) {
  const auto evil = tenant_named("\x1b[2J\nTenant gone");
  for (const auto& text : {tenant_text(evil), tenant_list_text({{"tenants", {evil}}})}) {
    EXPECT_THAT(text, HasSubstr("\\x1b[2J\\x0aTenant gone"));
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  }
  const json member = {{"user_id", kUser}, {"role", "admin"}, {"full_name", "\x1b]0;x\x07"}};
  EXPECT_THAT(member_text(member), Not(HasSubstr("\x1b")));
  EXPECT_THAT(user_text({{"user_id", kUser}, {"full_name", "\x1b]0;x\x07"}}), Not(HasSubstr("\x1b")));
}

TEST(TenantText, EmptyListsSaySo) {
  EXPECT_EQ(tenant_list_text({{"tenants", json::array()}, {"next_cursor", nullptr}}), "no tenants\n");
  EXPECT_EQ(invitation_list_text({{"invitations", json::array()}}), "no invitations\n");
  EXPECT_EQ(setting_list_text({{"settings", json::object()}}), "no settings\n");
  EXPECT_EQ(domain_list_text({{"domains", json::array()}}), "no domains\n");
  EXPECT_EQ(sweep_text({{"started", json::array()}, {"errors", json::array()}}), "no tenant is due\n");
  EXPECT_EQ(user_list_text({{"users", json::array()}}), "no users\n");
  EXPECT_EQ(membership_list_text({{"memberships", json::array()}}), "no memberships\n");
  EXPECT_EQ(removed_memberships_text({{"memberships", json::array()}}), "no memberships\n");
}

TEST(TenantText, MembersWithoutAKnownNameHaveADash) {
  const json known = {
      {"user_id", kUser}, {"role", "owner"}, {"joined_at", "then"}, {"email", "a@b.c"}, {"full_name", "A"}};
  const json unknown = {{"user_id", kTenant}, {"role", "admin"}, {"joined_at", "then"}};
  for (const auto* key : {"members", "admins"}) {
    const auto text = member_list_text({{key, {known, unknown}}});
    EXPECT_THAT(text, StartsWith("user "));
    EXPECT_THAT(text, ContainsRegex(std::string(kUser) + " +owner +then +a@b.c +A\n"));
    EXPECT_THAT(text, ContainsRegex(std::string(kTenant) + " +admin +then +- +-\n"));
  }
}

TEST(TenantText, TokenOfAnInvitationIsShownOnceAndNotInTheList) {
  const json made = {{"invitation_id", kTenant}, {"email", "a@b.c"},      {"role", "member"},
                     {"status", "open"},         {"expires_at", "later"}, {"token", "s3cret"}};
  EXPECT_THAT(invitation_text(made), HasSubstr("token, shown this once: s3cret\n"));
  EXPECT_THAT(invitation_list_text({{"invitations", {made}}}), Not(HasSubstr("s3cret")));
}

TEST(TenantText, SweepListsJobsAndFailures) {
  EXPECT_EQ(sweep_text({{"started", {kTenant}}, {"errors", {"tenant x: unavailable"}}}),
            std::string("deletion job ") + kTenant + "\nfailed: tenant x: unavailable\n");
}

TEST(UserText, SaysHowAnAccountStandsAndWhatBecameOfMemberships) {
  EXPECT_EQ(user_text({{"user_id", kUser},
                       {"full_name", "Ana"},
                       {"email", "ana@b.c"},
                       {"is_active", false},
                       {"is_platform_admin", true},
                       {"created_at", "then"}}),
            "User 22222222-2222-4222-8222-222222222222 \"Ana\"\n"
            "  e-mail          ana@b.c\n"
            "  status          suspended\n"
            "  platform admin  yes\n"
            "  created         then\n");
  const json removed = {{"tenant_id", kTenant}, {"role", "member"}, {"status", "removed"}, {"error", nullptr}};
  const json kept = {{"tenant_id", kUser}, {"role", "owner"}, {"status", "failed"}, {"error", "user_id: the owner"}};
  const auto text = removed_memberships_text({{"removed", 1}, {"memberships", {removed, kept}}});
  EXPECT_THAT(text, ContainsRegex(std::string(kTenant) + " +member +removed\n"));
  EXPECT_THAT(text, ContainsRegex(std::string(kUser) + " +owner +failed +user_id: the owner\n"));
}

}  // namespace
}  // namespace tenure::cli
