#include "tests/crash/node.h"

#include <stdexcept>

namespace tenure::crash {
namespace {

constexpr std::chrono::milliseconds kDying{2000};

}  // namespace

std::optional<test::Answer> Node::ask(const std::string& method, const std::string& path, const Secret& token,
                                      const std::string& body) {
  try {
    if (url_.empty()) url_ = test::wait_until_listening(process_);
    return test::send_request(url_, method, path, token, {"Prefer: respond-async"}, body);
  } catch (const std::exception&) {
    // The kernel closes its connections a moment before it has ended.
    if (has_ended_within(kDying)) return std::nullopt;
    throw;
  }
}

}  // namespace tenure::crash
