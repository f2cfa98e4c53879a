#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace tenure {

enum class ActorKind {
  user,
  service,  ///< with a service token
  command,  ///< of an operator, on the control database itself
  worker,   ///< the owner of a job's lease
  system,   ///< time, or a rule
};

/// Who does something. Holds no personal data: a user is an id.
struct Actor {
  ActorKind kind = ActorKind::system;
  std::optional<std::string> id = std::nullopt;  ///< of a user, a service or a worker; the others have none

  static Actor user(const UserId& id) { return {ActorKind::user, id.str()}; }
  static Actor service(std::string name) { return {ActorKind::service, std::move(name)}; }
  static Actor command() { return {ActorKind::command, std::nullopt}; }
  static Actor system() { return {ActorKind::system, std::nullopt}; }
  bool operator==(const Actor&) const = default;
};

std::string_view to_string(ActorKind kind);
/// @throws Error(corrupt) for a name that to_string does not give.
ActorKind parse_actor_kind(std::string_view text);
/// "user/0b2c…", "service/billing", "command".
std::string to_string(const Actor& actor);

}  // namespace tenure
