#include "tenancy/tenants.h"

#include <fmt/format.h>

#include <algorithm>

#include "audit/note.h"
#include "base/error.h"
#include "base/page_cursor.h"
#include "pg/installation.h"
#include "pg/transaction.h"
#include "tenancy/rows.h"
#include "tenancy/sql.h"

namespace tenure::tenancy {
namespace {

constexpr std::size_t kLongestName = 255;
constexpr std::size_t kLongestSlug = 63;
constexpr std::size_t kSuffix = 6;
constexpr int kLargestPage = 500;
constexpr int kSlugTries = 8;

bool is_slug(std::string_view text) {
  const auto is_inner = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-';
  };
  return !text.empty() && text.size() <= kLongestSlug && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), is_inner);
}

bool is_time_zone(pg::Connection& session, const std::string& name) {
  return !name.empty() && !session.exec(sql::kFindTimeZone, pg::Params(name)).empty();
}

/// The fields as they are stored, or every problem of them at once.
TenantChange checked(pg::Connection& session, TenantChange change) {
  std::vector<std::string> problems;
  if (change.name) {
    change.name = std::string(trimmed(*change.name));
    if (!is_name(*change.name, kLongestName)) {
      problems.push_back(fmt::format("name: not 1 to {} characters without control characters", kLongestName));
    }
  }
  if (change.slug && !is_slug(*change.slug)) {
    problems.push_back(fmt::format("slug: not 1 to {} of a-z, 0-9 and '-', with '-' at neither end", kLongestSlug));
  } else if (change.slug && is_reserved_slug(*change.slug)) {
    problems.emplace_back("slug: reserved for a host of the product itself");
  }
  if (change.time_zone && (!is_name(*change.time_zone, 60) || !is_time_zone(session, *change.time_zone))) {
    problems.emplace_back("time_zone: not one that the database knows, such as Europe/Madrid");
  }
  if (problems.empty()) return change;
  auto message = fmt::format("{}", fmt::join(problems, "; "));
  throw Error(ErrorCode::invalid_argument, std::move(message)).with_problems(std::move(problems));
}

Error taken(std::string_view field) { return Error(ErrorCode::conflict, fmt::format("{}: it is taken", field)); }

bool is_taken(pg::Transaction& transaction, const std::string& slug) {
  return !transaction.exec(sql::kFindSlug, pg::Params(slug)).empty();
}

std::optional<Tenant> add(pg::Transaction& transaction, const NewTenant& tenant, const std::string& slug) {
  const auto rows =
      transaction.exec(sql::kAddTenant, pg::Params(tenant.id, tenant.name, slug, tenant.owner, tenant.time_zone));
  if (rows.empty()) return std::nullopt;
  return read_tenant(rows, 0);
}

std::string with_suffix(const std::string& slug) {
  return fmt::format("{}-{}", slug, Uuid::random().str().substr(0, kSuffix));
}

/// Under the slug asked for, or one made of the name with a suffix when that one is taken or reserved.
Tenant add_under_free_slug(pg::Transaction& transaction, const NewTenant& tenant) {
  const auto wanted = tenant.slug.value_or(slug_of_name(tenant.name));
  auto slug = is_reserved_slug(wanted) ? with_suffix(wanted) : wanted;
  for (int tried = 0; tried < kSlugTries; ++tried) {
    if (auto added = add(transaction, tenant, slug)) return *std::move(added);
    if (!is_taken(transaction, slug)) throw taken("tenant_id");
    if (tenant.slug) throw taken("slug");
    slug = with_suffix(wanted);
  }
  throw taken("slug");
}

std::string uuid_array(const std::vector<TenantId>& tenants) {
  std::string text = "{";
  for (const auto& tenant : tenants) text += (text.size() > 1 ? "," : "") + tenant.str();
  return text + "}";
}

PageCursor cursor_at(const Tenant& tenant) { return {micros_of(tenant.created_at), tenant.id.uuid()}; }

}  // namespace

void install_schema(pg::Connection& connection) {
  audit::install_notes(connection);
  pg::install(connection, sql::kCreateSchema, "tenancy.tenants");
  connection.run_script(sql::kCreateViews);
}

Tenant Tenants::create(const NewTenant& tenant, const Call& call) {
  auto session = database_.take(call);
  auto fields = checked(*session, {.name = tenant.name, .slug = tenant.slug, .time_zone = tenant.time_zone});
  NewTenant wanted = tenant;
  wanted.name = *std::move(fields.name);
  pg::Transaction transaction(*session);
  transaction.exec(sql::kLockUser, pg::Params(tenant.owner));
  auto added = add_under_free_slug(transaction, wanted);
  transaction.exec(sql::kAddMember, pg::Params(added.id, tenant.owner, to_string(Role::owner)));
  note(transaction, audit::Action::tenant_created, added.id, call);
  if (provisioning_ != nullptr) provisioning_->provision(added, call);
  try {
    transaction.commit();
  } catch (const Error& error) {
    // Of a lost answer nobody knows; a tenant must not lose what it has.
    if (provisioning_ != nullptr && error.code() != ErrorCode::outcome_unknown) provisioning_->take_back(added.id);
    throw;
  }
  return added;
}

std::optional<Tenant> Tenants::find(const TenantId& tenant, const Call& call) {
  auto session = database_.take(call);
  const auto rows = session->exec(sql::kFindTenant, pg::Params(tenant));
  if (rows.empty()) return std::nullopt;
  return read_tenant(rows, 0);
}

Tenant Tenants::get(const TenantId& tenant, const Call& call) {
  auto found = find(tenant, call);
  if (!found) throw no_such_tenant();
  return *std::move(found);
}

std::map<TenantId, std::string> Tenants::names(const std::vector<TenantId>& tenants, const Call& call) {
  std::map<TenantId, std::string> found;
  if (tenants.empty()) return found;
  auto session = database_.take(call);
  const auto rows = session->exec(sql::kListNames, pg::Params(uuid_array(tenants)));
  for (int row = 0; row < rows.rows(); ++row) found.emplace(TenantId::parse(rows.text(row, 0)), rows.text(row, 1));
  return found;
}

TenantPage Tenants::list(const TenantFilter& filter, const Call& call) {
  if (filter.limit < 1 || filter.limit > kLargestPage) {
    throw Error(ErrorCode::invalid_argument, fmt::format("limit: not between 1 and {}", kLargestPage));
  }
  if (filter.find && !is_name(*filter.find, kLongestName)) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("find: not 1 to {} characters without control characters", kLongestName));
  }
  std::optional<PageCursor> from;
  if (filter.cursor) from = decode_cursor(*filter.cursor);
  const pg::Params params(filter.member, filter.with_deleted, filter.find,
                          from ? std::optional(from->created_at_micros) : std::nullopt,
                          from ? std::optional(from->id.str()) : std::nullopt, filter.limit + 1);
  auto session = database_.take(call);
  const auto rows = session->exec(sql::kListTenants, params);
  TenantPage page;
  for (int row = 0; row < rows.rows(); ++row) page.tenants.push_back(read_tenant(rows, row));
  if (std::ssize(page.tenants) > filter.limit) {
    page.tenants.pop_back();
    page.next = encode_cursor(cursor_at(page.tenants.back()));
  }
  return page;
}

Tenant Tenants::update(const TenantId& tenant, const TenantChange& change, const Call& call) {
  auto session = database_.take(call);
  const auto fields = checked(*session, change);
  pg::Transaction transaction(*session);
  auto before = lock_changeable(transaction, tenant);
  if (!fields.name && !fields.slug && !fields.time_zone) return before;
  try {
    const auto rows =
        transaction.exec(sql::kUpdateTenant, pg::Params(tenant, fields.name, fields.slug, fields.time_zone));
    note(transaction, audit::Action::tenant_changed, tenant, call);
    transaction.commit();
    return read_tenant(rows, 0);
  } catch (const Error& error) {
    if (error.sqlstate() == "23505") throw taken("slug");
    throw;
  }
}

Tenant Tenants::suspend(const TenantId& tenant, const Call& call) {
  return set_status(tenant, TenantStatus::suspended, call);
}

Tenant Tenants::activate(const TenantId& tenant, const Call& call) {
  return set_status(tenant, TenantStatus::active, call);
}

Tenant Tenants::set_status(const TenantId& tenant, TenantStatus status, const Call& call) {
  auto session = database_.take(call);
  pg::Transaction transaction(*session);
  lock_changeable(transaction, tenant);
  const auto rows = transaction.exec(sql::kSetStatus, pg::Params(tenant, to_string(status)));
  const bool is_active = status == TenantStatus::active;
  note(transaction, is_active ? audit::Action::tenant_activated : audit::Action::tenant_suspended, tenant, call);
  transaction.commit();
  return read_tenant(rows, 0);
}

Tenant Tenants::soft_delete(const TenantId& tenant, std::chrono::seconds window, const Call& call) {
  auto session = database_.take(call);
  pg::Transaction transaction(*session);
  lock_changeable(transaction, tenant);
  const auto rows = transaction.exec(sql::kSoftDelete, pg::Params(tenant, std::int64_t{window.count()}));
  note(transaction, audit::Action::tenant_soft_deleted, tenant, call);
  transaction.commit();
  return read_tenant(rows, 0);
}

Tenant Tenants::restore(const TenantId& tenant, const Call& call) {
  auto session = database_.take(call);
  pg::Transaction transaction(*session);
  if (!lock_changeable(transaction, tenant).deleted_at) {
    throw Error(ErrorCode::conflict, "tenant_id: the tenant is not soft-deleted");
  }
  const auto rows = transaction.exec(sql::kRestoreTenant, pg::Params(tenant));
  if (rows.empty()) throw Error(ErrorCode::conflict, "tenant_id: the time in which it could be restored has ended");
  note(transaction, audit::Action::tenant_restored, tenant, call);
  transaction.commit();
  return read_tenant(rows, 0);
}

std::vector<TenantId> Tenants::due_for_erasure(int limit, const Call& call, const std::optional<TenantId>& after) {
  auto session = database_.take(call);
  const auto rows = session->exec(sql::kListDue, pg::Params(limit, after));
  std::vector<TenantId> due;
  for (int row = 0; row < rows.rows(); ++row) due.push_back(TenantId::parse(rows.text(row, 0)));
  return due;
}

void Tenants::begin_deletion(const TenantId& tenant, const JobId& job, const Call& call) {
  auto session = database_.take(call);
  pg::Transaction transaction(*session);
  lock_tenant(transaction, tenant);
  transaction.exec(sql::kBeginDeletion, pg::Params(tenant, job));
  transaction.exec(sql::kCancelSubscriptions, pg::Params(tenant));
  transaction.exec(sql::kRevokeInvitations, pg::Params(tenant));
  transaction.commit();
}

void Tenants::undo_deletion(const TenantId& tenant, const JobId& job, const Call& call) {
  auto session = database_.take(call);
  pg::Transaction transaction(*session);
  if (transaction.exec(sql::kLockDeleting, pg::Params(tenant, job)).empty()) return;
  transaction.exec(sql::kReinstateSubscription, pg::Params(tenant));
  transaction.exec(sql::kReopenInvitations, pg::Params(tenant));
  transaction.exec(sql::kUndoDeletion, pg::Params(tenant));
  transaction.commit();
}

std::vector<std::pair<TenantId, JobId>> Tenants::deleting(const std::optional<TenantId>& after, int limit,
                                                          const Call& call) {
  auto session = database_.take(call);
  const auto rows = session->exec(sql::kListDeleting, pg::Params(after, limit));
  std::vector<std::pair<TenantId, JobId>> found;
  for (int row = 0; row < rows.rows(); ++row) {
    found.emplace_back(TenantId::parse(rows.text(row, 0)), JobId::parse(rows.text(row, 1)));
  }
  return found;
}

}  // namespace tenure::tenancy
