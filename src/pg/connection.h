#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/call.h"
#include "base/error.h"
#include "pg/result.h"
#include "pg/settings.h"
#include "pg/sql.h"

struct pg_conn;
struct pg_result;

namespace tenure::pg {

/// How far a script came.
struct ScriptOutcome {
  int completed = 0;           ///< statements that were carried out: all, or those before the one that failed
  std::optional<Error> error;  ///< of that one
  int position = 0;            ///< where in the script the server sees it, in characters from 1; 0: it did not say
};

/// One session with a server. It never reconnects by itself: a lost session took its locks, settings and transaction
/// with it, and whoever holds it must know. Not thread-safe; one thread at a time.
class Connection {
 public:
  /// Connects before the call's deadline (at most 10 s when it has none). @throws Error(unavailable) when the server
  /// cannot be reached or refuses the login, Error(timeout) when the call ends first, Error(not_found) for an unknown
  /// database; never with the password in it.
  static Connection open(const ConnectionSettings& settings, const Call& call = {});

  /// Statements that follow must end within `call`; a statement still running then is cancelled on the server. Returns
  /// the call that they had to end within before.
  Call bind(const Call& call) { return std::exchange(call_, call); }

  /// Runs one statement. @throws Error translated from the SQLSTATE; Error(timeout) when cancelled at the deadline;
  /// Error(unavailable) when the session broke before the statement could have had an effect outside its transaction.
  Result exec(const Sql& sql, const Params& params = Params());
  /// Runs a script of several statements without parameters, and forgets their results.
  void run_script(const Sql& script);
  /// The same, but a statement that the server refuses is an outcome. @throws Error as exec for everything else.
  ScriptOutcome try_script(const Sql& script);

  /// Waits for NOTIFYs on channels that this session listens to, sent before or meanwhile. Returns the payloads of all
  /// that have come, none when none comes before `call` ends. @throws Error(unavailable) when the session broke.
  std::vector<std::string> wait_for_notifications(const Call& call);

  bool is_usable() const;
  /// Reads what the server sent meanwhile, so that a session it closed is noticed. Does not block.
  bool is_alive();
  /// True between BEGIN and COMMIT or ROLLBACK, a failed transaction included.
  bool is_in_transaction() const;
  int server_version() const;

 private:
  friend class CopyOut;
  friend class CopyIn;

  struct Closer {
    void operator()(pg_conn* connection) const;
  };
  explicit Connection(std::unique_ptr<pg_conn, Closer> connection) : connection_(std::move(connection)) {}

  pg_result* next_result();
  Result collect();
  void wait_readable();
  void cancel_and_drain();
  /// Sends a COPY statement; `state` is the libpq status that says it has begun.
  void start_copy(const Sql& copy, int state);
  /// Waits for the socket and reads what has come. What it throws has ended the copy.
  void wait_for_copy(short events);

  std::unique_ptr<pg_conn, Closer> connection_;
  Call call_;
};

}  // namespace tenure::pg
