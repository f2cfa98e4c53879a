#include "pg/copy.h"

#include <libpq-fe.h>
#include <poll.h>

#include <limits>
#include <utility>

#include "base/error.h"

namespace tenure::pg {
namespace {

Error lost_session() { return Error(ErrorCode::unavailable, "the connection was lost", Retry::later); }

}  // namespace

CopyOut::CopyOut(Connection& connection, const Sql& copy) : connection_(connection) {
  connection_.start_copy(copy, PGRES_COPY_OUT);
}

CopyOut::~CopyOut() {
  if (row_ != nullptr) PQfreemem(row_);
  if (is_open_) connection_.cancel_and_drain();
}

std::optional<std::string_view> CopyOut::next() {
  if (row_ != nullptr) PQfreemem(std::exchange(row_, nullptr));
  if (!is_open_) return std::nullopt;
  for (;;) {
    const int size = PQgetCopyData(connection_.connection_.get(), &row_, 1);
    if (size > 0) return std::string_view(row_, static_cast<std::size_t>(size));
    is_open_ = false;  // whatever is thrown below has left the copy behind it
    if (size < 0) {
      rows_ = connection_.collect().affected();
      return std::nullopt;
    }
    connection_.wait_for_copy(POLLIN);
    is_open_ = true;
  }
}

CopyIn::CopyIn(Connection& connection, const Sql& copy) : connection_(connection) {
  connection_.start_copy(copy, PGRES_COPY_IN);
  // A server that does not read must not hold us beyond the deadline.
  PQsetnonblocking(connection_.connection_.get(), 1);
}

CopyIn::~CopyIn() {
  if (is_open_) connection_.cancel_and_drain();
}

void CopyIn::put(std::string_view bytes) {
  constexpr std::size_t kMost = std::numeric_limits<int>::max() / 2;
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, kMost);
    if (PQputCopyData(connection_.connection_.get(), piece.data(), static_cast<int>(piece.size())) < 0) {
      throw lost_session();
    }
    bytes.remove_prefix(piece.size());
    flush();
  }
}

void CopyIn::flush() {
  for (;;) {
    const int left = PQflush(connection_.connection_.get());
    if (left == 0) return;
    if (left < 0) throw lost_session();
    is_open_ = false;  // whatever is thrown below has left the copy behind it
    connection_.wait_for_copy(POLLIN | POLLOUT);
    is_open_ = true;
  }
}

std::int64_t CopyIn::finish() {
  if (PQputCopyEnd(connection_.connection_.get(), nullptr) < 0) {
    throw lost_session();
  }
  flush();
  is_open_ = false;
  PQsetnonblocking(connection_.connection_.get(), 0);
  return connection_.collect().affected();
}

}  // namespace tenure::pg
