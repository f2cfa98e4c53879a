// Spec E6: what docs/audit.md says of an entry's hash is so. The hashes here were made by a program of ten lines in
// another language, as an auditor's would be.
#include "audit/entry.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"

namespace tenure::audit {
namespace {

Entry first() {
  return {.sequence = 1,
          .micros = 1767225600000000,
          .action = Action::member_added,
          .actor_kind = ActorKind::user,
          .actor = Uuid::parse("0b2c5e1a-3d4f-4a6b-8c7d-9e0f1a2b3c4d", "actor"),
          .tenant = std::string(64, 'a'),
          .person = std::string(64, 'b'),
          .note = Uuid::parse("11111111-2222-4333-8444-555555555555", "note"),
          .hash = {}};
}

TEST(AuditEntry, HasTheHashThatItsDocumentSays) {
  EXPECT_EQ(hash_of(kGenesis, first()), "4325b7f69ec6f2e15e767feb1f4823f90847332afe780b83ed533f2dd0759f7a");
  const Entry second{.sequence = 2,
                     .micros = 1767225600000001,
                     .action = Action::hold_placed,
                     .actor_kind = ActorKind::command,
                     .job = Uuid::parse("6f0b2f6e-3c1f-4f6e-9d7a-0c1d2e3f4a5b", "job"),
                     .note = Uuid::parse("11111111-2222-4333-8444-555555555556", "note"),
                     .hash = {}};
  EXPECT_EQ(hash_of(std::string(64, 'c'), second), "2a95a4c2272e9d2bdc85d0c7390d6ea43557b0b74a02b3ff0881d28703c6fcc7");
}

TEST(AuditEntry, WhatMovesFromOneFieldToTheNextIsAnotherEntry) {
  auto moved = first();
  std::swap(moved.tenant, moved.person);
  EXPECT_NE(hash_of(kGenesis, moved), hash_of(kGenesis, first()));
  moved = first();
  moved.person.reset();
  EXPECT_NE(hash_of(kGenesis, moved), hash_of(kGenesis, first()));
}

TEST(AuditEntry, PseudonymsAreTheSameEachTimeAndOtherWithAnotherKey) {
  const auto tenant = TenantId::random();
  const Pseudonyms names(Secret("one key"));
  const Pseudonyms others(Secret("another key"));
  EXPECT_EQ(names.of(tenant), names.of(tenant));
  EXPECT_EQ(names.of(tenant).size(), 64U);
  EXPECT_NE(names.of(tenant), others.of(tenant));
  EXPECT_NE(names.of(tenant), names.of(UserId(tenant.uuid()))) << "a user of the same id";
  EXPECT_EQ(names.of(Actor::service("billing")), names.of(Actor::service("billing")));
  EXPECT_NE(names.of(Actor::service("billing")), others.of(Actor::service("billing")));
  EXPECT_FALSE(names.of(Actor::command()));
}

TEST(AuditAction, HasANameEachAndKnowsItAgain) {
  for (const auto& name : action_names()) EXPECT_EQ(to_string(parse_action(name)), name);
  EXPECT_THROW(parse_action("deletion_of_everything"), Error);
}

}  // namespace
}  // namespace tenure::audit
