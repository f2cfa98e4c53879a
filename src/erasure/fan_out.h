#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <system_error>
#include <thread>
#include <variant>

#include "base/call.h"
#include "base/error.h"
#include "erasure/mailbox.h"

namespace tenure::erasure {

/// The caller stopped waiting for a call that ignored its deadline; what it did is not known.
struct Abandoned {};

/// Calls to several services at once, each on a thread of its own; answers are read one by one as they arrive, by one
/// thread. A call that never returns holds up nobody: it is abandoned, and its thread ends whenever it ends. Therefore
/// `Work` owns whatever it uses.
///
///     FanOut<Residue> calls(grace, stop);
///     calls.start("orders", deadline, [store, …](auto&) { return store->verify(…); });
///     while (auto arrival = calls.next()) …
template <class Answer, class Note = std::monostate>
class FanOut {
 public:
  using Notify = std::function<void(Note)>;
  using Work = std::function<Answer(const Notify&)>;

  struct Arrival {
    std::string name;
    std::variant<Note, Answer, Error, Abandoned> what;  ///< a call sends any number of notes and then one of the others
  };

  /// `grace` is how long after its deadline, or after a stop request, a call may still answer.
  FanOut(Milliseconds grace, std::stop_token stop) : grace_(grace), stop_(std::move(stop)) {}

  /// Starts a call; a name is waited for once at a time.
  void start(const std::string& name, const Deadline& deadline, Work work) {
    const std::uint64_t number = ++started_;
    waiting_[number] = {name, deadline.time() + grace_};
    try {
      std::thread(&FanOut::carry_out, mailbox_, number, std::move(work)).detach();
    } catch (const std::system_error&) {
      mailbox_->post({number, Error(ErrorCode::unavailable, "no thread could be started", Retry::later)});
    }
  }

  /// Waits for the next arrival; nullopt when no call is left to wait for.
  std::optional<Arrival> next() {
    while (!waiting_.empty()) {
      hurry_when_stopped();
      const auto first = std::min_element(waiting_.begin(), waiting_.end(), [](const auto& one, const auto& other) {
        return one.second.give_up < other.second.give_up;
      });
      auto letter = mailbox_->wait(first->second.give_up, is_hurried_ ? std::stop_token() : stop_);
      if (letter) {
        if (auto arrival = open(*std::move(letter))) return arrival;
      } else if (std::chrono::steady_clock::now() >= first->second.give_up) {
        Arrival arrival{first->second.name, Abandoned{}};
        waiting_.erase(first);
        return arrival;
      }
    }
    return std::nullopt;
  }

 private:
  struct Letter {
    std::uint64_t number;
    std::variant<Note, Answer, Error, Abandoned> what;
  };
  struct Waiting {
    std::string name;
    MonotonicTime give_up;
  };
  using Letters = std::shared_ptr<Mailbox<Letter>>;

  static void carry_out(const Letters& mailbox, std::uint64_t number, Work work) {
    Letter letter{number, Abandoned{}};
    try {
      letter.what = work([&](Note note) { mailbox->post({number, std::move(note)}); });
    } catch (const Error& error) {
      letter.what = error;
    } catch (...) {
      letter.what = Error(ErrorCode::internal, "the store failed with an exception that is not Tenure's");
    }
    // Nothing of the caller's is held any more once the answer is out.
    work = nullptr;
    mailbox->post(std::move(letter));
  }

  std::optional<Arrival> open(Letter letter) {
    const auto found = waiting_.find(letter.number);
    if (found == waiting_.end()) return std::nullopt;
    Arrival arrival{found->second.name, std::move(letter.what)};
    if (!std::holds_alternative<Note>(arrival.what)) waiting_.erase(found);
    return arrival;
  }

  void hurry_when_stopped() {
    if (is_hurried_ || !stop_.stop_requested()) return;
    is_hurried_ = true;
    const auto latest = std::chrono::steady_clock::now() + grace_;
    for (auto& [number, waiting] : waiting_) waiting.give_up = std::min(waiting.give_up, latest);
  }

  const Milliseconds grace_;
  const std::stop_token stop_;
  const Letters mailbox_ = std::make_shared<Mailbox<Letter>>();
  std::map<std::uint64_t, Waiting> waiting_;
  std::uint64_t started_ = 0;
  bool is_hurried_ = false;
};

}  // namespace tenure::erasure
