#pragma once

#include <string>

namespace tenure::identity {

/// Who is calling, as a verified token says it.
struct Principal {
  enum class Kind { service, user };

  Kind kind;
  std::string name;  ///< the service's name, or the user's id

  bool is_service() const { return kind == Kind::service; }
  bool is_user() const { return kind == Kind::user; }
  bool operator==(const Principal&) const = default;
};

}  // namespace tenure::identity
