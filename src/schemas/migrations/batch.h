#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pg/connection.h"
#include "schemas/migrations/failure.h"
#include "schemas/migrations/migration_set.h"

namespace tenure::schemas {

/// Several scripts as one message to the server: a round trip for all of them instead of one a statement. Each begins
/// with the schema's search_path, whatever the one before did to it. A value.
class Batch {
 public:
  /// `search_path` as PostgreSQL writes it: "tenant_a", public. The scripts outlive the batch.
  explicit Batch(std::string_view search_path) : search_path_(search_path) {}

  void add(const Script& script);
  bool empty() const { return parts_.empty(); }

  /// Runs it in the transaction that is open. Nothing is thrown for a statement that fails.
  /// @throws Error as Connection::try_script.
  std::optional<Failure> run(pg::Connection& connection) const;

  /// False when a script may have left something behind in the session that outlives its transaction.
  bool leaves_session_clean() const;

 private:
  struct Part {
    const Script* script;
    std::size_t start;  ///< of its text in `text_`, in bytes
  };

  Failure failure_at(pg::ScriptOutcome outcome) const;
  Failure failure_by_position(int position, Error error) const;
  Failure failure_by_count(int completed, Error error) const;

  const std::string search_path_;
  std::string text_;
  std::vector<Part> parts_;
};

}  // namespace tenure::schemas
