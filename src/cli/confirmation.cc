#include "cli/confirmation.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <string_view>

#include "base/error.h"

namespace tenure::cli {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string typed_at_terminal(const Confirmation& confirmation) {
  if (isatty(STDIN_FILENO) == 0) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("confirm: nobody is there to ask; pass --confirm with {}", confirmation.what));
  }
  std::cerr << confirmation.stake << "Type " << confirmation.what << " to " << confirmation.purpose << ": "
            << std::flush;
  std::string typed;
  std::getline(std::cin, typed);
  return typed;
}

}  // namespace

void require_confirmation(const Options& options, const Confirmation& confirmation) {
  const auto given = options.confirm ? *options.confirm : typed_at_terminal(confirmation);
  const auto typed = trimmed(given);
  if (typed.empty()) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("confirm: type {} to {}", confirmation.what, confirmation.purpose));
  }
  const auto& accepted = confirmation.accepted;
  const bool is_right =
      std::any_of(accepted.begin(), accepted.end(), [&](const auto& one) { return trimmed(one) == typed; });
  if (!is_right) throw Error(ErrorCode::invalid_argument, fmt::format("confirm: that is not {}", confirmation.what));
}

Confirmation tenant_confirmation(const std::string& name, const std::string& id, std::string stake,
                                 std::string purpose) {
  return {.stake = std::move(stake),
          .purpose = std::move(purpose),
          .what = name.empty() ? "the tenant's id" : "the tenant's name",
          .accepted = {name.empty() ? id : name}};
}

}  // namespace tenure::cli
