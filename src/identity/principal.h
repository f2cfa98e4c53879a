#pragma once

#include <optional>
#include <string>

#include "base/ids.h"

namespace tenure::identity {

/// Who is calling, as a verified token says it.
struct Principal {
  enum class Kind { service, user };

  Kind kind;
  std::string name;  ///< the service's name, or the user's id
  /// Of a user who logged in here: the session that the token belongs to, without which it is worth nothing.
  std::optional<Uuid> session = std::nullopt;
  /// Read from the account when the request is checked; from the token only when a trusted provider issued it.
  bool is_platform_admin = false;

  bool is_service() const { return kind == Kind::service; }
  bool is_user() const { return kind == Kind::user; }
  /// @throws Error(internal) for a service.
  UserId user() const;
  bool operator==(const Principal&) const = default;
};

}  // namespace tenure::identity
