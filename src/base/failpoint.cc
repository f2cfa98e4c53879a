#include "base/failpoint.h"

#include <unistd.h>

#include <charconv>
#include <csignal>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>

namespace tenure::failpoint {
namespace {

struct Order {
  std::string action;
  int at = 1;  ///< which time
  int reached = 0;
};

using Orders = std::map<std::string, Order, std::less<>>;

Orders read_orders() {
  Orders orders;
  const char* variable = std::getenv("TENURE_FAILPOINT");
  std::string_view rest = variable == nullptr ? "" : variable;
  while (!rest.empty()) {
    auto one = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    const auto equals = one.find('=');
    if (equals == std::string_view::npos) continue;
    Order order;
    auto action = one.substr(equals + 1);
    if (const auto at = action.find('@'); at != std::string_view::npos) {
      std::from_chars(action.data() + at + 1, action.data() + action.size(), order.at);
      action = action.substr(0, at);
    }
    order.action = action;
    orders.emplace(one.substr(0, equals), std::move(order));
  }
  return orders;
}

/// What to do now; empty for nothing.
std::string action_at(std::string_view name) {
  static std::mutex mutex;
  static Orders orders = read_orders();
  const std::lock_guard lock(mutex);
  const auto found = orders.find(name);
  if (found == orders.end()) return {};
  auto& order = found->second;
  ++order.reached;
  return order.action == "tell" || order.reached == order.at ? order.action : "";
}

/// In one write, so that lines of several threads do not mix.
void tell(std::string_view name) {
  const auto line = "failpoint " + std::string(name) + "\n";
  static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
}

}  // namespace

void reach(Name name) {
  const auto action = action_at(name.text());
  if (action.empty()) return;
  tell(name.text());
  if (action == "kill") std::raise(SIGKILL);
  if (action == "stop") std::raise(SIGSTOP);
  if (action == "throw") throw Error(ErrorCode::unavailable, "failpoint " + std::string(name.text()), Retry::later);
  if (action == "lose") throw Error(ErrorCode::outcome_unknown, "failpoint " + std::string(name.text()), Retry::later);
}

}  // namespace tenure::failpoint
