#include "tenancy/tenants.h"

#include <mutex>
#include <set>
#include <thread>

#include "tests/postgres/tenancy/tenancy_test.h"

// The records of tenants: made, changed, listed, suspended, fenced (B1, B5).
namespace tenure::tenancy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class TenantsTest : public TenancyTest {
 protected:
  std::vector<TenantId> ids_of(const TenantFilter& filter) {
    std::vector<TenantId> ids;
    for (const auto& tenant : tenants_.list(filter, call_).tenants) ids.push_back(tenant.id);
    return ids;
  }
};

TEST_F(TenantsTest, SchemaIsInstalledBySeveralProcessesAtOnce) {
  const test::TestDatabase fresh;
  std::vector<std::jthread> processes;
  for (int at = 0; at < 4; ++at) {
    processes.emplace_back([&] {
      auto session = fresh.connect();
      EXPECT_NO_THROW(install_schema(session));
      EXPECT_NO_THROW(install_schema(session));
    });
  }
}

TEST_F(TenantsTest, TenantIsReadBackAsItWasMadeAndItsOwnerIsItsFirstMember) {
  const auto owner = UserId::random();
  const auto made = tenants_.create(
      {.name = "  Café Müller & Söhne\n", .slug = "mueller", .owner = owner, .time_zone = "Europe/Berlin"}, call_);
  const auto found = tenants_.get(made.id, call_);
  EXPECT_EQ(found.name, "Café Müller & Söhne");
  EXPECT_EQ(found.slug, "mueller");
  EXPECT_EQ(found.owner, owner);
  EXPECT_EQ(found.status, TenantStatus::active);
  EXPECT_EQ(found.time_zone, "Europe/Berlin");
  EXPECT_EQ(found.created_at, made.created_at);
  EXPECT_EQ(found.updated_at, made.created_at);
  EXPECT_FALSE(found.deleted_at || found.erase_after || found.deletion_job);
  EXPECT_TRUE(found.is_live());
  const auto members = members_.list(made.id, call_);
  ASSERT_THAT(members, SizeIs(1));
  EXPECT_EQ(members[0].user, owner);
  EXPECT_EQ(members[0].role, Role::owner);
  EXPECT_TRUE(members[0].is_default);
}

TEST_F(TenantsTest, GivenIdIsTakenOverOnce) {
  const auto id = TenantId::random();
  const NewTenant moved{.name = "Moved", .owner = UserId::random(), .id = id};
  EXPECT_EQ(tenants_.create(moved, call_).id, id);
  expect_refused(ErrorCode::conflict, "tenant_id", [&] { tenants_.create(moved, call_); });
}

TEST_F(TenantsTest, EveryProblemOfTheFieldsIsToldAtOnce) {
  const auto id = tenant().id;
  const std::string bad(256, 'x');
  expect_refused(ErrorCode::invalid_argument, "name", [&] {
    tenants_.create({.name = bad, .slug = "-x", .owner = UserId::random(), .time_zone = "Mars/Olympus"}, call_);
  });
  const auto error =
      error_of([&] { tenants_.update(id, {.name = bad, .slug = "-x", .time_zone = "Mars/Olympus"}, call_); });
  EXPECT_THAT(error.problems(), ElementsAre(StartsWith("name: "), StartsWith("slug: "), StartsWith("time_zone: ")));
  EXPECT_THAT(error.what(), Not(HasSubstr("Olympus")));
}

TEST_F(TenantsTest, NamesAreUpToTwoHundredFiftyFiveCharactersOfText) {
  std::string longest;
  for (int at = 0; at < 255; ++at) longest += "ü";
  EXPECT_EQ(tenant(longest).name, longest);
  for (const auto& name :
       {std::string(), std::string(" \t\r\n"), longest + "x", std::string("a\nb"), std::string("a\0b", 3),
        std::string("a\xC2\x9B"), std::string("a\xFF"), std::string("\xED\xA0\x80"), std::string("\xC0\x80")}) {
    expect_refused(ErrorCode::invalid_argument, "name", [&] { tenant(name); });
  }
}

TEST_F(TenantsTest, SlugsAreLabelsOfAHostName) {
  for (const auto& slug : {std::string(63, 'x'), std::string("a"), std::string("0-0")}) {
    EXPECT_EQ(tenants_.create({.name = "x", .slug = slug, .owner = UserId::random()}, call_).slug, slug);
  }
  for (const auto& slug :
       {std::string(), std::string(64, 'x'), std::string("Forn"), std::string("forn-"), std::string("-forn"),
        std::string("forn.vell"), std::string("forn_vell"), std::string("forn vell"), std::string("fórn")}) {
    expect_refused(ErrorCode::invalid_argument, "slug",
                   [&] { tenants_.create({.name = "x", .slug = slug, .owner = UserId::random()}, call_); });
  }
}

// www.bakery.example has to stay the product's.
TEST_F(TenantsTest, SlugIsNoHostOfTheProductItself) {
  EXPECT_THAT(tenant("WWW").slug, ::testing::MatchesRegex("www-[0-9a-f]{6}"));
  const auto id = tenant("Forn Vell").id;
  for (const auto* slug : {"www", "api", "admin"}) {
    expect_refused(ErrorCode::invalid_argument, "slug",
                   [&] { tenants_.create({.name = "x", .slug = slug, .owner = UserId::random()}, call_); });
    expect_refused(ErrorCode::invalid_argument, "slug", [&] { tenants_.update(id, {.slug = slug}, call_); });
  }
}

TEST_F(TenantsTest, SlugIsMadeOfTheNameAndGetsASuffixWhenThatOneIsTaken) {
  EXPECT_EQ(tenant("Forn Vell").slug, "forn-vell");
  EXPECT_THAT(tenant("Forn Vell").slug, ::testing::MatchesRegex("forn-vell-[0-9a-f]{6}"));
  EXPECT_EQ(tenant("パン屋").slug, "tenant");
  EXPECT_THAT(tenant("  ¿?  ").slug, StartsWith("tenant-"));
  EXPECT_THAT(tenant(std::string(255, 'A')).slug, std::string(32, 'a'));
  EXPECT_THAT(tenant(std::string(255, 'A')).slug, StartsWith(std::string(32, 'a') + "-"));
}

TEST_F(TenantsTest, SlugAskedForIsNotGivenTwice) {
  tenants_.create({.name = "One", .slug = "vell", .owner = UserId::random()}, call_);
  const auto other = tenant("Other").id;
  expect_refused(ErrorCode::conflict, "slug",
                 [&] { tenants_.create({.name = "Two", .slug = "vell", .owner = UserId::random()}, call_); });
  expect_refused(ErrorCode::conflict, "slug", [&] { tenants_.update(other, {.slug = "vell"}, call_); });
}

TEST_F(TenantsTest, ManyOfOneNameAndOneOwnerAtOnceAreAllMadeWithOneDefault) {
  const auto owner = UserId::random();
  std::set<std::string> slugs;
  std::mutex mutex;
  {
    std::vector<std::jthread> callers;
    for (int at = 0; at < 6; ++at) {
      callers.emplace_back([&] {
        const auto slug = tenant_of(owner).slug;
        const std::lock_guard lock(mutex);
        slugs.insert(slug);
      });
    }
  }
  EXPECT_THAT(slugs, SizeIs(6));
  EXPECT_EQ(db_.value("select count(*) filter (where is_default) || ' of ' || count(*) from tenancy.tenant_members"),
            "1 of 6");
}

TEST_F(TenantsTest, UpdateChangesWhatIsGivenAndNothingElse) {
  const auto before = tenant();
  const auto renamed = tenants_.update(before.id, {.name = " Forn Nou "}, call_);
  EXPECT_EQ(renamed.name, "Forn Nou");
  EXPECT_EQ(renamed.slug, before.slug);
  EXPECT_EQ(renamed.time_zone, "UTC");
  EXPECT_GT(renamed.updated_at, before.updated_at);
  const auto moved = tenants_.update(before.id, {.slug = "nou", .time_zone = "Europe/Madrid"}, call_);
  EXPECT_EQ(moved.name, "Forn Nou");
  EXPECT_EQ(moved.slug, "nou");
  EXPECT_EQ(moved.time_zone, "Europe/Madrid");
  const auto rows = all_rows();
  EXPECT_EQ(tenants_.update(before.id, {}, call_).updated_at, moved.updated_at);
  EXPECT_EQ(all_rows(), rows);
}

TEST_F(TenantsTest, UnknownTenantIsNotFound) {
  tenant();
  const auto nobody = TenantId::random();
  EXPECT_FALSE(tenants_.find(nobody, call_));
  const std::vector<std::function<void()>> actions = {
      [&] { tenants_.get(nobody, call_); },
      [&] { tenants_.update(nobody, {.name = "x"}, call_); },
      [&] { tenants_.suspend(nobody, call_); },
      [&] { tenants_.activate(nobody, call_); },
      [&] { tenants_.soft_delete(nobody, std::chrono::hours(24), call_); },
      [&] { tenants_.restore(nobody, call_); },
      [&] { tenants_.begin_deletion(nobody, JobId::random(), call_); },
  };
  for (const auto& action : actions) expect_refused(ErrorCode::not_found, "tenant_id", action);
}

TEST_F(TenantsTest, SuspensionEndsByActivationAndBothAreHarmlessToRepeat) {
  const auto before = tenant();
  const auto suspended = tenants_.suspend(before.id, call_);
  EXPECT_EQ(suspended.status, TenantStatus::suspended);
  EXPECT_FALSE(suspended.is_live());
  EXPECT_EQ(tenants_.suspend(before.id, call_).updated_at, suspended.updated_at);
  EXPECT_FALSE(members_.find_access(before.id, before.owner, call_).is_live());
  EXPECT_TRUE(tenants_.activate(before.id, call_).is_live());
  EXPECT_TRUE(tenants_.activate(before.id, call_).is_live());
  EXPECT_TRUE(members_.find_access(before.id, before.owner, call_).is_live());
}

TEST_F(TenantsTest, ListIsTheNewestFirstAndPagesDoNotShift) {
  std::vector<TenantId> newest_first;
  for (int at = 0; at < 5; ++at) newest_first.insert(newest_first.begin(), tenant().id);
  EXPECT_EQ(ids_of({}), newest_first);
  std::vector<TenantId> paged;
  std::optional<std::string> cursor;
  do {
    const auto page = tenants_.list({.limit = 2, .cursor = cursor}, call_);
    for (const auto& one : page.tenants) paged.push_back(one.id);
    tenant("Newcomer");
    cursor = page.next.empty() ? std::nullopt : std::optional(page.next);
  } while (cursor);
  EXPECT_EQ(paged, newest_first);
}

// Tenants of one transaction have one time; none of them is left out between two pages.
TEST_F(TenantsTest, PagesOfTenantsMadeAtTheSameInstantAreComplete) {
  for (int at = 0; at < 5; ++at) tenant();
  db_.run("update tenancy.tenants set created_at = '2026-03-01 12:00:00.000001+00'");
  std::set<TenantId> paged;
  std::optional<std::string> cursor;
  int pages = 0;
  do {
    const auto page = tenants_.list({.limit = 2, .cursor = cursor}, call_);
    for (const auto& one : page.tenants) EXPECT_TRUE(paged.insert(one.id).second);
    cursor = page.next.empty() ? std::nullopt : std::optional(page.next);
  } while (cursor && ++pages < 9);
  EXPECT_THAT(paged, SizeIs(5));
}

TEST_F(TenantsTest, ListOfAMemberHasTheirTenantsOnlyAndHidesThoseThatGo) {
  const auto user = UserId::random();
  const auto own = tenant_of(user).id;
  const auto joined = tenant("Joined").id;
  members_.add(joined, user, Role::readonly, call_);
  tenant("Strange");
  const auto hidden = tenant_of(user, "Hidden").id;
  tenants_.soft_delete(hidden, std::chrono::hours(24), call_);
  const auto going = tenant_of(user, "Going").id;
  tenants_.begin_deletion(going, JobId::random(), call_);
  EXPECT_THAT(ids_of({.member = user}), ElementsAre(joined, own));
  EXPECT_THAT(ids_of({.member = user, .with_deleted = true}), ElementsAre(going, hidden, joined, own));
  EXPECT_THAT(ids_of({.member = UserId::random()}), IsEmpty());
}

TEST_F(TenantsTest, IsFoundByAPartOfItsNameOrSlugOrTheBeginningOfItsId) {
  const auto user = UserId::random();
  const auto bakery = tenant_of(user, "Forn de Sant Jaume").id;
  const auto percent = tenant("100%_Pa").id;
  const auto other = tenant("Pastisseria Mestres").id;
  EXPECT_THAT(ids_of({.find = "SANT"}), ElementsAre(bakery));
  EXPECT_THAT(ids_of({.find = "forn-de"}), ElementsAre(bakery)) << "its slug";
  EXPECT_THAT(ids_of({.find = bakery.str().substr(0, 13)}), ElementsAre(bakery));
  EXPECT_THAT(ids_of({.find = bakery.str().substr(9)}), IsEmpty());
  EXPECT_THAT(ids_of({.find = "%"}), ElementsAre(percent)) << "nothing stands for anything else";
  EXPECT_THAT(ids_of({.find = "a_"}), IsEmpty());
  EXPECT_THAT(ids_of({.member = user, .find = "a"}), ElementsAre(bakery)) << "only among what they may see";
  EXPECT_THAT(ids_of({.find = "p"}), ElementsAre(other, percent));
  for (const auto& find : {std::string(), std::string("a\0b", 3), std::string("\xFF"), std::string(256, 'a')}) {
    expect_refused(ErrorCode::invalid_argument, "find", [&] { tenants_.list({.find = find}, call_); });
  }
}

TEST_F(TenantsTest, LimitOutOfRangeAndMalformedCursorAreRefused) {
  for (const int limit : {-1, 0, 501}) {
    expect_refused(ErrorCode::invalid_argument, "limit", [&] { tenants_.list({.limit = limit}, call_); });
  }
  for (const char* cursor : {"", "x", "bm8", "MTox", "../../etc"}) {
    expect_refused(ErrorCode::invalid_argument, "cursor", [&] { tenants_.list({.cursor = cursor}, call_); });
  }
}

// B1: the fence, from which on nothing of the tenant changes.
TEST_F(TenantsTest, DeletionBegunEndsSubscriptionAndInvitationsAndNothingElseIsChangedAnyMore) {
  const auto going = tenant();
  const auto admin = add_member(going.id, Role::admin);
  const auto neighbour = tenant("Next Door").id;
  for (const auto& id : {going.id, neighbour}) {
    db_.run("insert into tenancy.subscriptions (tenant_id, plan, status, price) values ('" + id.str() +
            "', 'plus', 'active', 9.5); insert into tenancy.invitations (tenant_id, email, role, token_hash, "
            "expires_at) values ('" +
            id.str() + "', 'a@example.com', 'member', '" + id.str() + "', now() + interval '1 day')");
  }
  const auto job = JobId::random();
  tenants_.begin_deletion(going.id, job, call_);
  const auto found = tenants_.get(going.id, call_);
  EXPECT_EQ(found.status, TenantStatus::deleting);
  EXPECT_EQ(found.deletion_job, job);
  EXPECT_FALSE(members_.find_access(going.id, going.owner, call_).is_live());
  EXPECT_EQ(db_.value("select string_agg(status, ' ' order by tenant_id = '" + going.id.str() +
                      "') from tenancy.subscriptions"),
            "active cancelled");
  EXPECT_EQ(db_.value("select string_agg((revoked_at is null)::text, ' ' order by tenant_id = '" + going.id.str() +
                      "') from tenancy.invitations"),
            "true false");

  const std::vector<std::function<void()>> actions = {
      [&] { tenants_.update(going.id, {.name = "x"}, call_); },
      [&] { tenants_.suspend(going.id, call_); },
      [&] { tenants_.activate(going.id, call_); },
      [&] { tenants_.soft_delete(going.id, std::chrono::hours(24), call_); },
      [&] { tenants_.restore(going.id, call_); },
      [&] { members_.add(going.id, UserId::random(), Role::member, call_); },
      [&] { members_.change_role(going.id, admin, Role::member, call_); },
      [&] { members_.remove(going.id, admin, call_); },
      [&] { members_.transfer_ownership(going.id, going.owner, admin, call_); },
  };
  for (const auto& action : actions) expect_refused(ErrorCode::conflict, "tenant_id", action);
}

TEST_F(TenantsTest, DeletingTenantsAreListedWithTheirLatestJobInPages) {
  std::map<TenantId, JobId> going;
  for (int at = 0; at < 5; ++at) {
    const auto id = tenant().id;
    tenants_.begin_deletion(id, JobId::random(), call_);
    const auto job = JobId::random();
    tenants_.begin_deletion(id, job, call_);
    going.emplace(id, job);
  }
  tenant("Stays");
  std::vector<std::pair<TenantId, JobId>> listed;
  std::optional<TenantId> after;
  for (;;) {
    const auto page = tenants_.deleting(after, 2, call_);
    listed.insert(listed.end(), page.begin(), page.end());
    if (page.size() < 2) break;
    after = page.back().first;
  }
  EXPECT_EQ(listed, (std::vector<std::pair<TenantId, JobId>>(going.begin(), going.end())));
}

}  // namespace
}  // namespace tenure::tenancy
