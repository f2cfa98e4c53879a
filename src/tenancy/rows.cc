#include "tenancy/rows.h"

#include "audit/note.h"
#include "base/error.h"
#include "base/utf8.h"
#include "tenancy/sql.h"

namespace tenure::tenancy {
namespace {

using std::chrono::microseconds;

bool is_control(std::uint32_t code) { return code < 0x20 || (code >= 0x7F && code < 0xA0); }

}  // namespace

WallTime time_at(const pg::Result& rows, int row, int column) {
  return WallTime(std::chrono::duration_cast<WallTime::duration>(microseconds(rows.int64(row, column))));
}

std::optional<WallTime> optional_time_at(const pg::Result& rows, int row, int column) {
  if (rows.is_null(row, column)) return std::nullopt;
  return time_at(rows, row, column);
}

std::int64_t micros_of(WallTime time) {
  return std::chrono::duration_cast<microseconds>(time.time_since_epoch()).count();
}

Tenant read_tenant(const pg::Result& rows, int row) {
  Tenant tenant{.id = TenantId::parse(rows.text(row, 0)),
                .name = rows.text(row, 1),
                .slug = rows.text(row, 2),
                .owner = UserId::parse(rows.text(row, 3)),
                .status = parse_tenant_status(rows.text(row, 4)),
                .time_zone = rows.text(row, 5),
                .created_at = time_at(rows, row, 6),
                .updated_at = time_at(rows, row, 7),
                .deleted_at = optional_time_at(rows, row, 8),
                .erase_after = optional_time_at(rows, row, 9)};
  if (!rows.is_null(row, 10)) tenant.deletion_job = JobId::parse(rows.text(row, 10));
  return tenant;
}

Member read_member(const pg::Result& rows, int row) {
  return {.user = UserId::parse(rows.text(row, 0)),
          .role = parse_role(rows.text(row, 1)),
          .is_default = rows.boolean(row, 2),
          .joined_at = time_at(rows, row, 3)};
}

Error no_such_tenant() { return Error(ErrorCode::not_found, "tenant_id: there is no such tenant"); }
Error no_such_member() { return Error(ErrorCode::not_found, "user_id: not a member of this tenant"); }

Tenant lock_tenant(pg::Transaction& transaction, const TenantId& tenant) {
  const auto rows = transaction.exec(sql::kLockTenant, pg::Params(tenant));
  if (rows.empty()) throw no_such_tenant();
  return read_tenant(rows, 0);
}

Tenant lock_changeable(pg::Transaction& transaction, const TenantId& tenant) {
  auto found = lock_tenant(transaction, tenant);
  if (found.status == TenantStatus::deleting) {
    throw Error(ErrorCode::conflict, "tenant_id: the tenant is being deleted");
  }
  return found;
}

void note(pg::Transaction& transaction, audit::Action action, const TenantId& tenant, const Call& call,
          const std::optional<UserId>& person) {
  audit::note(transaction,
              {.action = action, .by = call.by.value_or(Actor::system()), .tenant = tenant, .person = person});
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool is_name(std::string_view text, std::size_t longest) {
  std::size_t characters = 0;
  while (!text.empty()) {
    const auto character = take_character(text);
    if (!character || is_control(*character) || ++characters > longest) return false;
  }
  return characters > 0;
}

}  // namespace tenure::tenancy
