#include "schemas/databases/tenant_turn.h"

#include <chrono>

#include "base/error.h"
#include "schemas/sql.h"

namespace tenure::schemas {
namespace {

using pg::operator""_sql;

// Well below what limit_turn.sql says.
constexpr std::chrono::seconds kInterval{10};

}  // namespace

TenantTurn::TenantTurn(const pg::ConnectionSettings& service, const TenantId& tenant, const Call& call)
    : connection_(pg::Connection::open(service, call)), transaction_(connection_) {
  connection_.bind(call);
  transaction_.exec(sql::kLimitTurn);
  transaction_.exec(sql::kLockTenant, pg::Params(tenant));
  connection_.bind({});
  keeper_ = std::jthread([this](const std::stop_token& stop) { keep(stop); });
}

TenantTurn::~TenantTurn() {
  keeper_.request_stop();
  keeper_.join();
}

void TenantTurn::keep(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (true) {
    stopped_.wait_for(lock, stop, kInterval, [] { return false; });
    if (stop.stop_requested()) return;
    try {
      connection_.exec("SELECT"_sql);
    } catch (const Error&) {
      return;  // Whoever comes now finds what is there, and so does this process: each step looks first.
    }
  }
}

bool TenantTurn::is_free(pg::Transaction& transaction, const TenantId& tenant) {
  return transaction.exec(sql::kTryTenant, pg::Params(tenant)).boolean(0, 0);
}

}  // namespace tenure::schemas
