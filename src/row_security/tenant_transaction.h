#pragma once

#include <string>

#include "base/ids.h"
#include "pg/transaction.h"

namespace tenure::row_security {

/// A transaction in which a session acts for one tenant, as policies see it. The tenant is a setting of the transaction
/// (SET LOCAL, spec D9): however it ends, the session forgets it, so that whoever gets the session next from a pool
/// starts as nobody. Rolled back unless commit() was called.
class TenantTransaction {
 public:
  /// `setting`: as the estate's isolation.row_security names it.
  TenantTransaction(pg::Connection& connection, const std::string& setting, const TenantId& tenant);

  pg::Result exec(const pg::Sql& sql, const pg::Params& params = pg::Params()) {
    return transaction_.exec(sql, params);
  }
  /// @throws as pg::Transaction::commit.
  void commit() { transaction_.commit(); }

 private:
  pg::Transaction transaction_;
};

}  // namespace tenure::row_security
