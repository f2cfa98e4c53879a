#pragma once

#include "pg/connection.h"

namespace tenure::pg {

enum class Snapshot {
  each_statement,  ///< READ COMMITTED: every statement sees what has committed by then
  fixed,           ///< REPEATABLE READ, read only: one instant for all statements
};

/// A transaction that is rolled back unless commit() was called. Settings made in it are SET LOCAL.
class Transaction {
 public:
  explicit Transaction(Connection& connection, Snapshot snapshot = Snapshot::each_statement);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  Result exec(const Sql& sql, const Params& params = Params()) { return connection_.exec(sql, params); }
  /// @throws Error(conflict) when a statement had failed, so that the server rolled back; Error(outcome_unknown) when
  /// the session broke while the server was committing.
  void commit();
  /// Leaves the transaction prepared under a name of the server's, for COMMIT PREPARED by whoever. @throws as commit;
  /// Error(refused) when it did something that cannot be prepared.
  void prepare(std::string_view name);

 private:
  void end(const Sql& how, std::string_view tag);

  Connection& connection_;
  bool is_open_ = true;
};

}  // namespace tenure::pg
