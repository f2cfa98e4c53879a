// Spec E6: what is noted is in the chain once, if and only if it has happened; however many write, and whoever dies.
#include "audit/sealer.h"

#include <gmock/gmock.h>

#include <latch>
#include <set>
#include <thread>

#include "base/error.h"
#include "tests/postgres/audit/audit_test.h"

namespace tenure::audit {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SealerTest : public AuditTest {};

TEST_F(SealerTest, AnEntrySaysWhoDidWhatToWhomAndNamesNobody) {
  const auto tenant = TenantId::random();
  const auto user = UserId::random();
  const auto job = JobId::random();
  note_one({.action = Action::member_added, .by = Actor::user(user), .tenant = tenant, .person = user, .job = job});
  note_one({.action = Action::hold_placed, .by = Actor::service("legal department"), .tenant = tenant});
  note_one({.action = Action::deletion_pending, .by = Actor::system(), .person = user});
  EXPECT_EQ(sealer_.seal(soon()), 3);
  EXPECT_EQ(sealer_.seal(soon()), 0);
  EXPECT_EQ(database_.value("SELECT count(*) FROM tenure.audit_notes"), "0");

  const auto of_tenant = list_entries(pool_, {.tenant = pseudonyms_.of(tenant)}, soon()).entries;
  ASSERT_EQ(of_tenant.size(), 2U);
  EXPECT_EQ(of_tenant[1].action, Action::member_added);
  EXPECT_EQ(of_tenant[1].actor, user.uuid());
  EXPECT_EQ(of_tenant[1].person, pseudonyms_.of(user));
  EXPECT_EQ(of_tenant[0].actor, pseudonyms_.of(Actor::service("legal department")));
  EXPECT_EQ(list_entries(pool_, {.job = job}, soon()).entries.size(), 1U);
  const auto all = database_.value("SELECT string_agg(e::text, ' ') FROM tenure.audit_entries e");
  for (const auto& text : {tenant.str(), std::string("legal department")}) EXPECT_THAT(all, Not(HasSubstr(text)));
  EXPECT_NE(pseudonyms_.of(tenant), Pseudonyms(Secret("another key")).of(tenant));
}

TEST_F(SealerTest, NoColumnTakesAFreeText) {
  EXPECT_EQ(database_.value("SELECT string_agg(DISTINCT format_type(atttypid, atttypmod), ' ' ORDER BY "
                            "format_type(atttypid, atttypmod)) FROM pg_attribute WHERE attnum > 0 AND attrelid IN "
                            "('tenure.audit_entries'::regclass, 'tenure.audit_checkpoints'::regclass)"),
            "bigint bytea tenure.audit_action tenure.audit_actor timestamp with time zone uuid");
  EXPECT_EQ(database_.value("SELECT string_agg(a.attname, ' ' ORDER BY a.attname) FROM pg_attribute a WHERE attnum > 0 "
                            "AND atttypid = 'bytea'::regtype AND attrelid = 'tenure.audit_entries'::regclass AND NOT "
                            "EXISTS (SELECT FROM pg_constraint WHERE conrelid = attrelid AND pg_get_constraintdef(oid) "
                            "LIKE '%octet_length(' || attname || ')%')"),
            "NULL")
      << "bytes have a length";
}

constexpr const char* kWords = "SELECT array_to_string(enum_range(NULL::tenure.audit_action), ',')";

/// Each within `quotes`.
std::string words_of(std::span<const std::string_view> actions, const std::string& quotes = "") {
  std::string words;
  for (const auto& name : actions) words += (words.empty() ? "" : ",") + quotes + std::string(name) + quotes;
  return words;
}

TEST_F(SealerTest, TheWordsAreThoseOfTheDatabase) { EXPECT_EQ(database_.value(kWords), words_of(action_names())); }

TEST_F(SealerTest, TheWordsOfAnEarlierVersionAreJoinedByThoseThatCameLater) {
  const test::TestDatabase earlier;
  const auto first = action_names().first(static_cast<std::size_t>(Action::ownership_transferred) + 1);
  earlier.run("CREATE SCHEMA tenure; CREATE TYPE tenure.audit_action AS ENUM (" + words_of(first, "'") + ")");
  earlier.run("CREATE TYPE tenure.audit_actor AS ENUM ('user', 'service', 'command', 'worker', 'system')");
  auto connection = earlier.connect();
  install_notes(connection);
  EXPECT_EQ(earlier.value(kWords), words_of(action_names()));
}

TEST_F(SealerTest, WhatIsRolledBackLeavesNoEntryAndNoGap) {
  write(2);
  {
    auto session = pool_.take(soon());
    pg::Transaction transaction(*session);
    note(transaction, {.action = Action::tenant_created, .by = Actor::system(), .tenant = TenantId::random()});
    sealer_.seal(soon());
  }
  write(2);
  EXPECT_EQ(verified().head.sequence, 4);
  EXPECT_TRUE(verified().is_good());
}

TEST_F(SealerTest, ManyWritersAndSealersMakeOneUnbrokenChain) {
  constexpr int kWriters = 6;
  constexpr int kNotes = 60;
  std::latch start(kWriters);
  std::vector<std::jthread> threads;
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&, writer] {
      Sealer own(pool_, {&pool_}, pseudonyms_);
      start.arrive_and_wait();
      for (int at = 0; at < kNotes; ++at) {
        note_one({.action = Action::hold_placed, .by = Actor::command(), .tenant = TenantId::random()});
        if (at % 3 == writer % 3) own.seal(soon());
      }
    });
  }
  threads.clear();
  sealer_.seal(soon());
  EXPECT_EQ(verified().head.sequence, kWriters * kNotes) << "each once";
  EXPECT_TRUE(verified().is_good());
}

TEST_F(SealerTest, ANoteWhoseSealerDiedBeforeItForgotItIsInTheChainOnce) {
  write(1);
  note_one({.action = Action::hold_released, .by = Actor::command()});
  database_.run("CREATE TABLE kept AS TABLE tenure.audit_notes");
  sealer_.seal(soon());
  database_.run("INSERT INTO tenure.audit_notes OVERRIDING SYSTEM VALUE TABLE kept");
  EXPECT_EQ(sealer_.seal(soon()), 0);
  EXPECT_EQ(verified().head.sequence, 2);
  EXPECT_EQ(database_.value("SELECT count(*) FROM tenure.audit_notes"), "0");
}

TEST_F(SealerTest, NotesOfAnotherDatabaseComeIntoTheOneChain) {
  const test::TestDatabase other;
  auto connection = other.connect();
  install_notes(connection);
  pg::Pool others(other.settings(), 2);
  {
    pg::Transaction transaction(connection);
    note(transaction, {.action = Action::tenant_created, .by = Actor::system(), .tenant = TenantId::random()});
    transaction.commit();
  }
  note_one({.action = Action::hold_placed, .by = Actor::command()});
  Sealer sealer(pool_, {&pool_, &others}, pseudonyms_);
  EXPECT_EQ(sealer.seal(soon()), 2);
  EXPECT_TRUE(verified().is_good());
  EXPECT_EQ(verified().head.sequence, 2);
}

TEST_F(SealerTest, ACheckpointIsMadeOnceForAHeadAndAnInterval) {
  EXPECT_FALSE(make_checkpoint(pool_, key_, clock_, soon())) << "there is nothing to sign";
  EXPECT_FALSE(last_checkpoint(pool_, soon()));
  write(2);
  const auto made = make_checkpoint_when_due(pool_, key_, clock_, std::chrono::hours(1), soon());
  ASSERT_TRUE(made);
  EXPECT_TRUE(is_signed_by(*made, key_.public_key()));
  EXPECT_EQ(last_checkpoint(pool_, soon()), made);
  write(2);
  EXPECT_FALSE(make_checkpoint_when_due(pool_, key_, clock_, std::chrono::hours(1), soon())) << "it is too early";
  EXPECT_EQ(last_checkpoint(pool_, soon()), made);
  EXPECT_TRUE(make_checkpoint_when_due(pool_, key_, clock_, std::chrono::seconds(0), soon()));
  EXPECT_FALSE(make_checkpoint_when_due(pool_, key_, clock_, std::chrono::seconds(0), soon())) << "nothing is new";
}

TEST_F(SealerTest, ACheckpointIsReadAgainAsItWasWritten) {
  write(1);
  const auto made = checkpoint();
  const auto text = "{\"event\": \"started\"}\n\n" + to_json_text(made) + "\n";
  EXPECT_EQ(parse_checkpoints(text, "f"), std::vector{made});
  for (const auto* bad : {"", "x", "[]", "{}", "{\"checkpoint\": 1}", "{\"checkpoint\": {\"sequence\": 0}}",
                          "{\"checkpoint\": {\"sequence\": 1, \"hash\": \"ab\"}, \"signature\": \"\"}"}) {
    EXPECT_THROW(parse_checkpoints(bad, "f"), Error) << bad;
  }
}

TEST_F(SealerTest, PagesGoOnWhereTheyEnded) {
  write(5);
  const auto first = list_entries(pool_, {.limit = 2}, soon());
  ASSERT_EQ(first.entries.size(), 2U);
  EXPECT_EQ(first.entries[0].sequence, 5);
  const auto second = list_entries(pool_, {.limit = 3, .cursor = first.next}, soon());
  EXPECT_EQ(second.entries.size(), 3U);
  EXPECT_EQ(second.entries[0].sequence, 3);
  EXPECT_EQ(second.next, "");
  EXPECT_THROW(list_entries(pool_, {.cursor = "x"}, soon()), Error);
  EXPECT_THROW(list_entries(pool_, {.limit = 501}, soon()), Error);
}

}  // namespace
}  // namespace tenure::audit
