#include "pg/pool.h"

#include "base/error.h"

namespace tenure::pg {

Pool::Lease::~Lease() {
  if (pool_ != nullptr) pool_->give_back(std::move(connection_));
}

Pool::Pool(ConnectionSettings settings, std::size_t size, std::optional<Sql> preparation)
    : settings_(std::move(settings)), size_(size), preparation_(std::move(preparation)) {}

Pool::Lease Pool::take(const Call& call) {
  if (call.deadline.has_passed() || call.stop.stop_requested()) {
    throw Error(ErrorCode::timeout, "the call had ended before it reached the database", Retry::later);
  }
  {
    std::unique_lock lock(mutex_);
    const auto is_free = [&] { return taken_ < size_; };
    const bool was_free = call.deadline.is_unlimited()
                              ? returned_.wait(lock, call.stop, is_free)
                              : returned_.wait_until(lock, call.stop, call.deadline.time(), is_free);
    if (!was_free) {
      throw Error(ErrorCode::timeout, settings_.description() + ": no free connection in time", Retry::later);
    }
    ++taken_;
    while (!idle_.empty()) {
      Connection connection = std::move(idle_.back());
      idle_.pop_back();
      if (!connection.is_alive()) continue;
      connection.bind(call);
      return Lease(*this, std::move(connection));
    }
  }
  try {
    Connection connection = Connection::open(settings_, call);
    connection.bind(call);
    if (preparation_) connection.exec(*preparation_);
    return Lease(*this, std::move(connection));
  } catch (...) {
    const std::lock_guard lock(mutex_);
    --taken_;
    returned_.notify_one();
    throw;
  }
}

void Pool::give_back(Connection connection) {
  const std::lock_guard lock(mutex_);
  --taken_;
  if (connection.is_usable() && !connection.is_in_transaction()) idle_.push_back(std::move(connection));
  returned_.notify_one();
}

}  // namespace tenure::pg
