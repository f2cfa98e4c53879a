#pragma once

#include <memory>
#include <string>

#include "bench/measure.h"
#include "bench/server.h"
#include "store/postgres/postgres_store.h"

namespace tenure::bench {

/// For calls whose length is what is measured.
inline Call patient() { return Call::within(Milliseconds(600'000)); }

/// A database with three tenants of equal size, made from schemas/NAME.sql and scripts/seed_NAME.sql, to erase the
/// first of them from: with Tenure, or with scripts/NAME.sql by hand.
class OneDatabase {
 public:
  /// `rows` is what the seed script takes for :rows.
  OneDatabase(const Server& server, std::string name, int rows);
  ~OneDatabase();
  OneDatabase(const OneDatabase&) = delete;
  OneDatabase& operator=(const OneDatabase&) = delete;

  /// A fresh copy of the seeded database, every page of it written.
  void reset() const;
  /// Erases the tenant with Tenure, connecting included; returns how many rows went.
  std::int64_t erase(const std::string& role, const Call& call = patient()) const;
  /// The same in chunks, as an estate without a word about them has it.
  std::int64_t erase_in_chunks(const std::string& role, const Call& call = patient()) const;
  /// The same into an archive, of a new job.
  std::int64_t erase_into_archive(const std::string& role, const Call& call = patient());
  /// Brings the last of these back; returns how many rows came.
  std::int64_t restore(const std::string& role, const Call& call = patient()) const;
  /// Counts what erase() would delete.
  std::int64_t preview(const std::string& role, const Call& call = patient()) const;
  /// A session of the database.
  pg::Connection connect(const std::string& role) const;
  /// Erases the tenant with the script, connecting included.
  void erase_by_hand(const std::string& role, const Call& call = patient()) const;

 private:
  std::string seeded() const { return name_ + "_seeded"; }
  store::PostgresStoreSettings settings(const std::string& role) const;
  std::unique_ptr<store::PostgresStore> store(const std::string& role) const;
  std::unique_ptr<store::PostgresStore> archiving_store(const std::string& role) const;

  const Server& server_;
  const std::string name_;
  const archive::Vault vault_;
  JobId job_ = JobId::random();
  archive::WrappedKey key_;
};

/// The role that may skip triggers.
inline constexpr const char* kSuperuser = "postgres";

}  // namespace tenure::bench
