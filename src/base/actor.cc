#include "base/actor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"

namespace tenure {
namespace {

constexpr std::array<std::pair<ActorKind, std::string_view>, 5> kNames{{
    {ActorKind::user, "user"},
    {ActorKind::service, "service"},
    {ActorKind::command, "command"},
    {ActorKind::worker, "worker"},
    {ActorKind::system, "system"},
}};

}  // namespace

std::string_view to_string(ActorKind kind) {
  const auto* const found =
      std::find_if(kNames.begin(), kNames.end(), [&](const auto& name) { return name.first == kind; });
  return found == kNames.end() ? "?" : found->second;
}

ActorKind parse_actor_kind(std::string_view text) {
  const auto* const found =
      std::find_if(kNames.begin(), kNames.end(), [&](const auto& name) { return name.second == text; });
  if (found == kNames.end()) throw Error(ErrorCode::corrupt, "an actor is of an unknown kind");
  return found->first;
}

std::string to_string(const Actor& actor) {
  if (!actor.id) return std::string(to_string(actor.kind));
  return fmt::format("{}/{}", to_string(actor.kind), *actor.id);
}

}  // namespace tenure
