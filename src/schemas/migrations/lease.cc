#include "schemas/migrations/lease.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "schemas/sql.h"

namespace tenure::schemas {
namespace {

constexpr Milliseconds kLease{30000};
constexpr Milliseconds kExtension{5000};
constexpr Milliseconds kPoll{250};
constexpr Milliseconds kGiveBack{5000};

std::optional<std::int64_t> try_acquire(pg::Connection& connection, const std::string& owner) {
  const auto rows = connection.exec(sql::kAcquireLease, pg::Params(owner, std::int64_t{kLease.count()}));
  return rows.empty() ? std::nullopt : std::optional(rows.int64(0, 0));
}

Error taken(pg::Connection& connection) {
  const auto rows = connection.exec(sql::kFindLease);
  const auto who =
      rows.empty() ? std::string("another run") : fmt::format("{}, for {} s,", rows.text(0, 0), rows.int64(0, 1));
  return Error(ErrorCode::conflict, fmt::format("{} is migrating this database; --wait 5m waits for it", who),
               Retry::later);
}

}  // namespace

std::unique_ptr<MigrationLease> MigrationLease::acquire(const pg::ConnectionSettings& database,
                                                        const std::string& owner, Milliseconds patience,
                                                        const Call& call) {
  auto connection = pg::Connection::open(database, call);
  const auto until = Deadline::after(patience);
  std::mutex mutex;
  std::condition_variable_any never;
  while (true) {
    if (const auto epoch = try_acquire(connection, owner)) {
      return std::unique_ptr<MigrationLease>(new MigrationLease(std::move(connection), *epoch));
    }
    if (until.has_passed() || call.stop.stop_requested()) throw taken(connection);
    std::unique_lock lock(mutex);
    never.wait_for(lock, call.stop, std::min(kPoll, until.left()), [] { return false; });
  }
}

MigrationLease::MigrationLease(pg::Connection connection, std::int64_t epoch)
    : connection_(std::move(connection)), epoch_(epoch), keeper_([this](const std::stop_token& stop) { keep(stop); }) {}

MigrationLease::~MigrationLease() {
  keeper_.request_stop();
  keeper_.join();
  try {
    connection_.bind(Call::within(kGiveBack));
    connection_.exec(sql::kReleaseLease, pg::Params(epoch_));
  } catch (const Error&) {
    return;  // the session is gone, and the lease with it
  }
}

void MigrationLease::keep(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, stop, kExtension, [&] { return stop.stop_requested(); })) {
    if (stop.stop_requested()) return;
    try {
      const auto rows = connection_.exec(sql::kExtendLease, pg::Params(epoch_, std::int64_t{kLease.count()}));
      if (rows.empty()) return;  // another run has taken over; the next change finds that out
    } catch (const Error&) {
      return;
    }
  }
}

}  // namespace tenure::schemas
