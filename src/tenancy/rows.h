#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "audit/action.h"
#include "base/call.h"
#include "base/clock.h"
#include "pg/result.h"
#include "pg/transaction.h"
#include "tenancy/members.h"
#include "tenancy/tenant.h"

/// What the statements of this module share: reading their rows, the lock that every change begins with, and its note.
namespace tenure::tenancy {

/// A column of microseconds since 1970.
WallTime time_at(const pg::Result& rows, int row, int column);
std::optional<WallTime> optional_time_at(const pg::Result& rows, int row, int column);
std::int64_t micros_of(WallTime time);

Tenant read_tenant(const pg::Result& rows, int row);
Member read_member(const pg::Result& rows, int row);

Error no_such_tenant();
Error no_such_member();

/// Takes the tenant's row until the transaction ends: changes of a tenant and of what belongs to it happen one after
/// the other. @throws Error(not_found).
Tenant lock_tenant(pg::Transaction& transaction, const TenantId& tenant);
/// As lock_tenant. @throws Error(conflict) while the tenant is being deleted.
Tenant lock_changeable(pg::Transaction& transaction, const TenantId& tenant);

/// Notes for the audit log what the call does to the tenant, or to a person in it.
void note(pg::Transaction& transaction, audit::Action action, const TenantId& tenant, const Call& call,
          const std::optional<UserId>& person = std::nullopt);

/// Without blanks at either end.
std::string_view trimmed(std::string_view text);
/// Whether the text is UTF-8 of 1 to `longest` characters, none of them a control character.
bool is_name(std::string_view text, std::size_t longest);

}  // namespace tenure::tenancy
