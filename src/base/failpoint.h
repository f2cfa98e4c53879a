#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "base/error.h"

/// Places where a test makes the process fail: around every durable write and every call to something outside. Only in
/// builds with the CMake option TENURE_FAILPOINTS; elsewhere a failpoint is nothing at all.
///
/// The variable TENURE_FAILPOINT says what happens: "NAME=ACTION" or "NAME=ACTION@N" for the Nth time that the place is
/// reached (the first when absent), several separated by commas. Actions: `kill` (SIGKILL to the process itself),
/// `stop` (SIGSTOP), `throw` (Error(unavailable, retry later), as a lost connection would), `lose`
/// (Error(outcome_unknown)), `tell` (nothing more). Whatever is done, a line "failpoint NAME" on standard error says
/// so; `tell` does that every time the place is reached.
namespace tenure::failpoint {

/// Every failpoint there is, in the order in which a job reaches them; the crash matrix walks this list.
inline constexpr std::array kAll{
    std::string_view("fence.before"),
    std::string_view("fence.after"),
    std::string_view("enqueue.after"),
    std::string_view("claim.after"),
    std::string_view("step.begin.after"),
    std::string_view("erase.fence.after"),
    std::string_view("erase.archive.before_sync"),
    std::string_view("erase.archive.after_sync"),
    std::string_view("erase.receipt.after"),
    std::string_view("erase.commit.after"),
    std::string_view("erase.chunk.before"),
    std::string_view("erase.chunk.after"),
    std::string_view("erase.files.archived"),
    std::string_view("erase.files.removed"),
    std::string_view("erase.prepare.after"),
    std::string_view("atomic.decide.before"),
    std::string_view("atomic.decide.after"),
    std::string_view("atomic.commit.after"),
    std::string_view("call.answered"),
    std::string_view("step.finish.before"),
    std::string_view("step.finish.after"),
    std::string_view("verify.before"),
    std::string_view("record.before"),
    std::string_view("finish.before"),
    std::string_view("finish.after"),
    std::string_view("compensate.begin.after"),
    std::string_view("restore.rows.after"),
    std::string_view("restore.commit.after"),
    std::string_view("compensate.step.after"),
    std::string_view("compensate.finish.before"),
    std::string_view("park.after"),
    std::string_view("outbox.publish.before"),
    std::string_view("outbox.publish.after"),
    std::string_view("inbox.effect.after"),
    std::string_view("inbox.ack.after"),
    std::string_view("result.received.after"),
    std::string_view("shred.after"),
};

/// A name that is not in the list does not compile.
class Name {
 public:
  consteval explicit Name(std::string_view name) : name_(name) {
    if (std::find(kAll.begin(), kAll.end(), name) == kAll.end()) throw "no such failpoint";
  }
  std::string_view text() const { return name_; }

 private:
  std::string_view name_;
};

/// Does what the variable says. Thread-safe. @throws Error where the action is an error.
void reach(Name name);

}  // namespace tenure::failpoint

#ifdef TENURE_FAILPOINTS
#define TENURE_FAILPOINT(name) ::tenure::failpoint::reach(::tenure::failpoint::Name(name))
#else
#define TENURE_FAILPOINT(name) static_cast<void>(::tenure::failpoint::Name(name))
#endif
