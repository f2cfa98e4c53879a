// Spec E6: whatever somebody with every right on the database does to the audit log is found, and where it begins.
#include "audit/verification.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "tests/postgres/audit/audit_test.h"

namespace tenure::audit {
namespace {

using ::testing::HasSubstr;

class Tampering : public AuditTest {
 protected:
  Tampering() { write(12); }
  /// The chain behind an entry, hashed anew as somebody would who has read the source.
  void rehash(std::int64_t from) {
    auto page = list_entries(pool_, {.limit = 500}, soon());
    std::string previous = kGenesis;
    for (auto entry = page.entries.rbegin(); entry != page.entries.rend(); ++entry) {
      if (entry->sequence >= from) {
        entry->hash = hash_of(previous, *entry);
        tamper("UPDATE tenure.audit_entries SET hash = decode('" + entry->hash +
               "', 'hex') WHERE sequence = " + std::to_string(entry->sequence));
      }
      previous = entry->hash;
    }
  }
};

TEST_F(Tampering, NothingOfTheKindIsGood) {
  const auto before = verified();
  EXPECT_TRUE(before.is_good()) << before.fault->what;
  EXPECT_EQ(before.head.sequence, 12);
  EXPECT_EQ(before.covered, 0);
  const auto signed_there = checkpoint();
  write(3);
  const auto after = verified({signed_there});
  EXPECT_TRUE(after.is_good()) << after.fault->what;
  EXPECT_EQ(after.head.sequence, 15);
  EXPECT_EQ(after.covered, 12);
}

TEST_F(Tampering, WithAnyFieldOfAnEntryIsFoundAtThatEntry) {
  const std::vector<std::string> changes{"at = at + interval '1 microsecond'",
                                         "action = 'hold_released'",
                                         "actor_kind = 'system'",
                                         "actor = gen_random_uuid()",
                                         "actor = NULL",
                                         "tenant = sha256('x')",
                                         "person = sha256('x')",
                                         "job = gen_random_uuid()",
                                         "note = gen_random_uuid()",
                                         "hash = sha256('x')"};
  for (const auto& change : changes) {
    tamper("CREATE TABLE kept AS TABLE tenure.audit_entries; UPDATE tenure.audit_entries SET " + change +
           " WHERE sequence = 7");
    const auto found = verified();
    ASSERT_FALSE(found.is_good()) << change;
    EXPECT_EQ(found.fault->sequence, 7) << change << ": " << found.fault->what;
    tamper("DELETE FROM tenure.audit_entries; INSERT INTO tenure.audit_entries TABLE kept; DROP TABLE kept");
    EXPECT_TRUE(verified().is_good()) << change << ", put back";
  }
}

TEST_F(Tampering, ByRemovingAnEntryIsFoundAtTheGap) {
  tamper("DELETE FROM tenure.audit_entries WHERE sequence = 5");
  const auto found = verified();
  EXPECT_EQ(found.fault.value().sequence, 5);
  EXPECT_THAT(found.fault->what, HasSubstr("entry 5 is missing"));
}

TEST_F(Tampering, ByRemovingAnEntryAndClosingTheGapIsFound) {
  tamper(
      "DELETE FROM tenure.audit_entries WHERE sequence = 5;"
      "UPDATE tenure.audit_entries SET sequence = sequence + 100 WHERE sequence > 5;"
      "UPDATE tenure.audit_entries SET sequence = sequence - 101 WHERE sequence > 100");
  EXPECT_EQ(verified().fault.value().sequence, 5);
}

TEST_F(Tampering, ByRemovingTheFirstEntryIsFound) {
  tamper("DELETE FROM tenure.audit_entries WHERE sequence = 1");
  EXPECT_EQ(verified().fault.value().sequence, 1);
}

TEST_F(Tampering, BySwappingTwoEntriesIsFound) {
  tamper(
      "UPDATE tenure.audit_entries SET sequence = 100 WHERE sequence = 4;"
      "UPDATE tenure.audit_entries SET sequence = 4 WHERE sequence = 9;"
      "UPDATE tenure.audit_entries SET sequence = 9 WHERE sequence = 100");
  EXPECT_EQ(verified().fault.value().sequence, 4);
}

TEST_F(Tampering, ByInsertingAnEntryIsFound) {
  tamper(
      "UPDATE tenure.audit_entries SET sequence = sequence + 100 WHERE sequence > 6;"
      "UPDATE tenure.audit_entries SET sequence = sequence - 99 WHERE sequence > 100;"
      "INSERT INTO tenure.audit_entries (sequence, at, action, actor_kind, note, hash) "
      "VALUES (7, now(), 'hold_placed', 'command', gen_random_uuid(), sha256('x'))");
  EXPECT_EQ(verified().fault.value().sequence, 7);
}

TEST_F(Tampering, ByPuttingAnEntryTwiceIsFound) {
  tamper(
      "ALTER TABLE tenure.audit_entries DROP CONSTRAINT audit_entries_pkey, DROP CONSTRAINT audit_entries_note_key;"
      "INSERT INTO tenure.audit_entries SELECT * FROM tenure.audit_entries WHERE sequence = 3");
  const auto found = verified();
  EXPECT_EQ(found.fault.value().sequence, 4);
  EXPECT_THAT(found.fault->what, HasSubstr("twice"));
}

TEST_F(Tampering, ThatLeavesNoHashAtAllIsFound) {
  tamper(
      "ALTER TABLE tenure.audit_entries ALTER COLUMN hash DROP NOT NULL;"
      "UPDATE tenure.audit_entries SET hash = NULL WHERE sequence = 8");
  EXPECT_EQ(verified().fault.value().sequence, 8);
}

TEST_F(Tampering, ByRemovingTheLastEntriesIsFoundAgainstACheckpointElsewhere) {
  const auto elsewhere = checkpoint();
  tamper("DELETE FROM tenure.audit_entries WHERE sequence > 9; DELETE FROM tenure.audit_checkpoints");
  EXPECT_TRUE(verified().is_good()) << "nothing here knows of them any more";
  const auto found = verified({elsewhere});
  EXPECT_EQ(found.fault.value().sequence, 10);
  EXPECT_THAT(found.fault->what, HasSubstr("signed up to entry 12"));
}

TEST_F(Tampering, ByRemovingEverythingIsFoundAgainstACheckpointElsewhere) {
  const auto elsewhere = checkpoint();
  tamper("TRUNCATE tenure.audit_entries, tenure.audit_checkpoints");
  EXPECT_EQ(verified({elsewhere}).fault.value().sequence, 1);
}

TEST_F(Tampering, ByWritingTheWholeChainAnewIsFoundAgainstACheckpoint) {
  const auto first = checkpoint();
  write(8);
  const auto second = checkpoint();
  tamper("UPDATE tenure.audit_entries SET action = 'deletion_cancelled' WHERE sequence = 15");
  rehash(15);
  tamper("DELETE FROM tenure.audit_checkpoints WHERE sequence > 12");
  EXPECT_TRUE(verified().is_good()) << "the chain is good in itself";
  const auto found = verified({second});
  EXPECT_EQ(found.fault.value().sequence, 13) << "the first that can be it";
  EXPECT_THAT(found.fault->what, HasSubstr("between 13 and 20"));
  EXPECT_TRUE(verified({first}).is_good()) << "up to there it is what it was";
}

TEST_F(Tampering, WithACheckpointIsFound) {
  const auto elsewhere = checkpoint();
  tamper("UPDATE tenure.audit_checkpoints SET hash = sha256('x')");
  EXPECT_THAT(verified().fault.value().what, HasSubstr("signature"));
  tamper("DELETE FROM tenure.audit_checkpoints");
  auto forged = elsewhere;
  forged.head.sequence = 11;
  EXPECT_EQ(verified({forged}).fault.value().sequence, 11);
  const auto somebodys = sign(elsewhere.head, elsewhere.micros, signing::SigningKey::generate());
  EXPECT_THAT(verified({somebodys}).fault.value().what, HasSubstr("which is not given"));
}

TEST_F(Tampering, IsRefusedToWhoeverIsNoSuperuser) {
  auto session = database_.connect();
  database_.run(
      "DROP ROLE IF EXISTS audit_writer; CREATE ROLE audit_writer;"
      "GRANT USAGE ON SCHEMA tenure TO audit_writer;"
      "GRANT ALL ON ALL TABLES IN SCHEMA tenure TO audit_writer");
  for (const auto* table : {"audit_entries", "audit_checkpoints"}) {
    checkpoint();
    for (const auto& statement :
         {std::string("UPDATE tenure.") + table + " SET sequence = sequence",
          std::string("DELETE FROM tenure.") + table, std::string("TRUNCATE tenure.") + table}) {
      EXPECT_THROW(database_.run("SET ROLE audit_writer; " + statement), std::exception) << statement;
      EXPECT_THROW(database_.run(statement), std::exception) << "the owner neither: " << statement;
    }
  }
  database_.run("DROP OWNED BY audit_writer; DROP ROLE audit_writer");
  EXPECT_EQ(entries(), 12);
}

}  // namespace
}  // namespace tenure::audit
