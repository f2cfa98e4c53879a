#include "row_security/tenant_transaction.h"

#include "row_security/sql.h"

namespace tenure::row_security {

TenantTransaction::TenantTransaction(pg::Connection& connection, const std::string& setting, const TenantId& tenant)
    : transaction_(connection) {
  transaction_.exec(sql::kTakeTenant, pg::Params(setting, tenant));
}

}  // namespace tenure::row_security
