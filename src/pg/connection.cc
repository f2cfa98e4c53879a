#include "pg/connection.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "pg/connection_failures.h"
#include "pg/sqlstate.h"

namespace tenure::pg {
namespace {

// How often a wait looks at its stop token; a result wakes it at once.
constexpr Milliseconds kStopPoll{50};
// How long a cancelled statement may take to say so before the session is given up.
constexpr Milliseconds kCancelGrace{5000};
constexpr Milliseconds kConnectTimeout{10000};

/// True when the socket became ready before the deadline or a stop request.
bool wait_for(int socket, short events, const Call& call) {
  for (;;) {
    const auto slice = std::min(call.deadline.left(), kStopPoll);
    pollfd descriptor{socket, events, 0};
    const int ready = ::poll(&descriptor, 1, static_cast<int>(slice.count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
    if (call.deadline.has_passed() || call.stop.stop_requested()) return false;
  }
}

/// Reads what a cancelled COPY TO has sent. False while more is to come.
bool read_copied_rows(PGconn* connection) {
  for (;;) {
    char* row = nullptr;
    const int size = PQgetCopyData(connection, &row, 1);
    if (row != nullptr) PQfreemem(row);
    if (size <= 0) return size < 0;
  }
}

Error lost_session() { return Error(ErrorCode::unavailable, "the connection was lost", Retry::later); }

/// Where in its text the server found a statement at fault, from 1; 0 when it does not say.
int position_of(const pg_result* result) {
  const char* field = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
  int position = 0;
  if (field != nullptr) std::from_chars(field, field + std::char_traits<char>::length(field), position);
  return position;
}

Error failure_of(const pg_result* result) {
  const bool is_from_server = PQresultErrorField(result, PG_DIAG_SQLSTATE) != nullptr;
  return is_from_server ? statement_error(result) : lost_session();
}

}  // namespace

void Connection::Closer::operator()(pg_conn* connection) const { PQfinish(connection); }

Connection Connection::open(const ConnectionSettings& settings, const Call& call) try {
  std::vector<const char*> names;
  std::vector<const char*> values;
  const auto add = [&](const char* name, const char* value) {
    names.push_back(name);
    values.push_back(value);
  };
  // Later entries win over these defaults. TCP keepalives and the user timeout make a dead peer an error.
  add("application_name", "tenure");
  add("keepalives_idle", "10");
  add("keepalives_interval", "5");
  add("keepalives_count", "3");
  add("tcp_user_timeout", "30000");
  add("client_encoding", "UTF8");
  for (const auto& [name, value] : settings.parameters()) add(name.c_str(), value.c_str());
  if (!settings.password().empty()) add("password", settings.password().reveal().c_str());
  names.push_back(nullptr);
  values.push_back(nullptr);

  std::unique_ptr<pg_conn, Closer> connection(PQconnectStartParams(names.data(), values.data(), 0));
  if (!connection) throw Error(ErrorCode::unavailable, "out of memory while connecting", Retry::later);
  Call limits = call;
  limits.deadline = call.deadline.left() < kConnectTimeout ? call.deadline : Deadline::after(kConnectTimeout);
  auto state = PGRES_POLLING_WRITING;
  while (PQstatus(connection.get()) != CONNECTION_BAD && state != PGRES_POLLING_OK) {
    if (state == PGRES_POLLING_FAILED) break;
    const short events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (!wait_for(PQsocket(connection.get()), events, limits)) {
      const bool is_over = call.deadline.has_passed() || call.stop.stop_requested();
      throw Error(is_over ? ErrorCode::timeout : ErrorCode::unavailable, settings.description() + ": no answer in time",
                  Retry::later);
    }
    state = PQconnectPoll(connection.get());
  }
  if (PQstatus(connection.get()) != CONNECTION_OK) {
    throw connection_error(PQerrorMessage(connection.get()), settings.description());
  }
  PQsetNoticeProcessor(
      connection.get(), [](void*, const char*) {}, nullptr);
  return Connection(std::move(connection));
} catch (const Error&) {
  // Whoever does not want the session any more has not met an error.
  if (!call.stop.stop_requested()) note_connection_failure(settings.description());
  throw;
}

Result Connection::exec(const Sql& sql, const Params& params) {
  std::vector<const char*> values;
  values.reserve(params.values().size());
  for (const auto& value : params.values()) values.push_back(value ? value->c_str() : nullptr);
  if (PQsendQueryParams(connection_.get(), sql.text().c_str(), static_cast<int>(values.size()), nullptr, values.data(),
                        nullptr, nullptr, 0) == 0) {
    throw lost_session();
  }
  return collect();
}

void Connection::run_script(const Sql& script) {
  if (PQsendQuery(connection_.get(), script.text().c_str()) == 0) throw lost_session();
  collect();
}

ScriptOutcome Connection::try_script(const Sql& script) {
  if (PQsendQuery(connection_.get(), script.text().c_str()) == 0) throw lost_session();
  ScriptOutcome outcome;
  while (pg_result* raw = next_result()) {
    const auto status = PQresultStatus(raw);
    const Result result(raw);
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) {
      cancel_and_drain();
      throw Error(ErrorCode::invalid_argument, "COPY from or to the client is not possible here");
    }
    if (status != PGRES_FATAL_ERROR && status != PGRES_BAD_RESPONSE) {
      ++outcome.completed;
      continue;
    }
    auto error = failure_of(raw);
    if (error.sqlstate().empty()) throw error;
    outcome.position = position_of(raw);
    outcome.error = std::move(error);
  }
  return outcome;
}

void Connection::wait_readable() {
  while (PQisBusy(connection_.get()) != 0) {
    if (!wait_for(PQsocket(connection_.get()), POLLIN, call_)) {
      const bool was_stopped = call_.stop.stop_requested();
      cancel_and_drain();
      throw Error(ErrorCode::timeout, was_stopped ? "stopped on request" : "the deadline passed", Retry::later);
    }
    if (PQconsumeInput(connection_.get()) == 0) throw lost_session();
  }
}

pg_result* Connection::next_result() {
  wait_readable();
  return PQgetResult(connection_.get());
}

Result Connection::collect() {
  Result last(nullptr);
  std::optional<Error> error;
  for (;;) {
    pg_result* raw = next_result();
    if (raw == nullptr) break;
    const auto status = PQresultStatus(raw);
    Result result(raw);
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) {
      cancel_and_drain();
      throw Error(ErrorCode::invalid_argument, "COPY from or to the client is not possible here");
    }
    if (status != PGRES_FATAL_ERROR && status != PGRES_BAD_RESPONSE) {
      last = std::move(result);
      continue;
    }
    error = failure_of(raw);
  }
  if (error) throw std::move(*error);
  return last;
}

void Connection::cancel_and_drain() {
  // PQcancel opens a second connection to say so; a statement that has ended meanwhile ignores it.
  std::array<char, 256> message{};
  if (PGcancel* cancel = PQgetCancel(connection_.get())) {
    PQcancel(cancel, message.data(), static_cast<int>(message.size()));
    PQfreeCancel(cancel);
  }
  const Call grace = Call::within(kCancelGrace);
  const auto has_more = [&] {
    return wait_for(PQsocket(connection_.get()), POLLIN, grace) && PQconsumeInput(connection_.get()) != 0;
  };
  for (;;) {
    if (PQisBusy(connection_.get()) != 0) {
      if (has_more()) continue;
      return connection_.reset();
    }
    pg_result* result = PQgetResult(connection_.get());
    if (result == nullptr) break;
    const auto status = PQresultStatus(result);
    PQclear(result);
    if (status == PGRES_COPY_IN) PQputCopyEnd(connection_.get(), "cancelled");
    while (status == PGRES_COPY_OUT && !read_copied_rows(connection_.get())) {
      if (!has_more()) return connection_.reset();
    }
  }
  PQsetnonblocking(connection_.get(), 0);
}

void Connection::start_copy(const Sql& copy, int state) {
  if (PQsendQuery(connection_.get(), copy.text().c_str()) == 0) throw lost_session();
  wait_readable();
  pg_result* raw = PQgetResult(connection_.get());
  const Result first(raw);
  const auto status = PQresultStatus(raw);
  if (status == state) return;
  if (status == PGRES_FATAL_ERROR) {
    collect();
    throw failure_of(raw);
  }
  cancel_and_drain();
  throw Error(ErrorCode::internal, "a statement that should have been a COPY is none");
}

void Connection::wait_for_copy(short events) {
  // A server that always has something to say must not carry us past the deadline.
  const bool is_over = call_.deadline.has_passed() || call_.stop.stop_requested();
  if (is_over || !wait_for(PQsocket(connection_.get()), events, call_)) {
    const bool was_stopped = call_.stop.stop_requested();
    cancel_and_drain();
    throw Error(ErrorCode::timeout, was_stopped ? "stopped on request" : "the deadline passed", Retry::later);
  }
  if (PQconsumeInput(connection_.get()) == 0) throw lost_session();
}

std::vector<std::string> Connection::wait_for_notifications(const Call& call) {
  std::vector<std::string> payloads;
  for (;;) {
    if (PQconsumeInput(connection_.get()) == 0) throw lost_session();
    while (pgNotify* notification = PQnotifies(connection_.get())) {
      payloads.emplace_back(notification->extra);
      PQfreemem(notification);
    }
    if (!payloads.empty() || !wait_for(PQsocket(connection_.get()), POLLIN, call)) return payloads;
  }
}

bool Connection::is_usable() const { return connection_ && PQstatus(connection_.get()) == CONNECTION_OK; }

// Twice: the first call reads the server's farewell, the second the end of the stream.
bool Connection::is_alive() {
  return is_usable() && PQconsumeInput(connection_.get()) != 0 && PQconsumeInput(connection_.get()) != 0;
}

bool Connection::is_in_transaction() const {
  return is_usable() && PQtransactionStatus(connection_.get()) != PQTRANS_IDLE;
}

int Connection::server_version() const { return PQserverVersion(connection_.get()); }

}  // namespace tenure::pg
