#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/call.h"
#include "base/clock.h"
#include "base/ids.h"
#include "pg/pool.h"
#include "pg/transaction.h"

/// Notices that have to arrive, kept in the control database until they have: table tenure.notices; and how often
/// one was given up: tenure.notices_given_up.
namespace tenure::notifications {

/// Creates the table where it is missing. Not inside a transaction.
void install_schema(pg::Connection& control);

/// Notes that a receiver is to be told, in the transaction of what it is told of, so that there is never one without
/// the other. `receiver`: a key of its own, "webhook" or "email:3f0c…". `payload`: a JSON object of ids, counts and
/// words for programs, never personal data.
void keep(pg::Transaction& transaction, const std::string& receiver, const std::string& kind,
          const std::string& payload);

/// One that waits, and is this process's to deliver for a while.
struct KeptNotice {
  Uuid id;  ///< the same one again is the same notice again
  std::string receiver;
  std::string kind;  ///< "deletion.completed"
  std::string payload;
  WallTime created_at;
  int tries = 0;  ///< this one included
};

/// One that has not been delivered.
struct UndeliveredNotice {
  KeptNotice notice;
  bool is_given_up = false;
  std::string why;    ///< the last try did not work out; empty: there was none
  WallTime due_at{};  ///< of one that waits: when it is tried next
};

/// Several processes may share it: a notice is one process's at a time, and when that dies another's. Thread-safe. All
/// members throw what taking a session and a statement throw.
class NoticeQueue {
 public:
  /// `give_up_after`: so long after it was kept, a notice that fails is not tried again.
  NoticeQueue(pg::Pool& control, Milliseconds give_up_after) : control_(control), give_up_after_(give_up_after) {}

  /// The one for these receivers that has been due for longest; for `claim` nobody else takes it.
  std::optional<KeptNotice> take(const std::vector<std::string>& receivers, Milliseconds claim, const Call& call);
  void note_delivered(const KeptNotice& notice, const Call& call);
  /// It is tried again after `delay`, or never without one or when its time is over. @return whether it was given up.
  bool put_off(const KeptNotice& notice, const std::string& why, std::optional<Milliseconds> delay, const Call& call);
  /// It was not tried, and whoever comes takes it.
  void give_back(const KeptNotice& notice, const Call& call);

  /// Gives up what nobody tries, and forgets what ended more than 30 days ago.
  void tidy(const Call& call);

  /// The oldest first.
  std::vector<UndeliveredNotice> undelivered(int most, const Call& call);
  /// Tries it again from the start, at once. False when there is no such notice that was not delivered.
  bool retry(const Uuid& id, const Call& call);

 private:
  pg::Pool& control_;
  const Milliseconds give_up_after_;
};

/// Kind of receiver, "webhook" or "email", and "waiting", "delivered" or "given_up" → how many.
using NoticeCounts = std::map<std::pair<std::string, std::string>, std::int64_t>;
/// Those of the last 30 days.
NoticeCounts count_notices(pg::Pool& control, const Call& call);
/// Kind of receiver → how often one was given up, ever: never less than before. Kinds of which none was are left out.
std::map<std::string, std::int64_t> count_given_up(pg::Pool& control, const Call& call);

}  // namespace tenure::notifications
