#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "audit/note.h"
#include "audit/sealer.h"
#include "audit/verification.h"
#include "tests/support/database.h"

namespace tenure::audit {

/// An audit log of a test's own, and what a superuser does to it.
class AuditTest : public ::testing::Test {
 protected:
  AuditTest() {
    auto connection = database_.connect();
    install_schema(connection);
  }

  static Call soon() { return Call::within(Milliseconds(60'000)); }

  void note_one(const Note& one) {
    auto session = pool_.take(soon());
    pg::Transaction transaction(*session);
    note(transaction, one);
    transaction.commit();
  }
  /// So many entries, about tenants of all kinds.
  void write(int entries) {
    for (int at = 0; at < entries; ++at) {
      note_one({.action = static_cast<Action>(at % static_cast<int>(action_names().size())),
                .by = at % 2 == 0 ? Actor::user(UserId::random()) : Actor::service("billing"),
                .tenant = at % 3 == 0 ? std::optional<TenantId>() : TenantId::random(),
                .job = at % 3 == 1 ? std::optional<JobId>() : JobId::random()});
    }
    sealer_.seal(soon());
  }
  Verification verified(const std::vector<Checkpoint>& elsewhere = {}) {
    return verify(pool_, elsewhere, {key_.public_key()}, soon());
  }
  Checkpoint checkpoint() { return make_checkpoint(pool_, key_, clock_, soon()).value(); }

  /// Whatever is in the way is switched off first.
  void tamper(const std::string& script) const {
    database_.run("SET session_replication_role = replica;" + script + "; SET session_replication_role = origin");
  }
  std::int64_t entries() const { return std::stoll(database_.value("SELECT count(*) FROM tenure.audit_entries")); }

  const test::TestDatabase database_;
  const SystemClock clock_;
  pg::Pool pool_{database_.settings(), 16};
  const Pseudonyms pseudonyms_{Secret("a key of the tests")};
  Sealer sealer_{pool_, {&pool_}, pseudonyms_};
  const signing::SigningKey key_ = signing::SigningKey::generate();
};

}  // namespace tenure::audit
