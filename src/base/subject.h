#pragma once

#include <string>
#include <variant>

#include "base/ids.h"

namespace tenure {

/// Whose data an operation is about: all of a tenant's, or all of a user's in every tenant.
using Subject = std::variant<TenantId, UserId>;

enum class SubjectKind { tenant, user };

inline SubjectKind kind_of(const Subject& subject) {
  return std::holds_alternative<TenantId>(subject) ? SubjectKind::tenant : SubjectKind::user;
}

inline std::string id_of(const Subject& subject) {
  return std::visit([](const auto& id) { return id.str(); }, subject);
}

}  // namespace tenure
