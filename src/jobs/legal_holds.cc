#include "jobs/legal_holds.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "audit/note.h"
#include "jobs/control_session.h"
#include "jobs/job_rows.h"
#include "jobs/sql.h"
#include "jobs/state_change.h"

namespace tenure::jobs {
namespace {

constexpr std::size_t kLongestReason = 500;
constexpr int kLargestPage = 500;

LegalHold read_hold(const pg::Result& rows, int row) {
  LegalHold hold{.number = rows.int64(row, 0), .tenant = TenantId::parse(rows.text(row, 1))};
  hold.reason = rows.text(row, 2);
  hold.placed_by = rows.text(row, 3);
  hold.placed_at = time_from_micros(rows.int64(row, 4));
  hold.released_by = rows.optional_text(row, 5);
  hold.released_at = optional_time(rows, row, 6);
  return hold;
}

std::string checked_reason(const std::string& reason) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  if (std::all_of(reason.begin(), reason.end(), is_blank)) {
    throw Error(ErrorCode::invalid_argument, "reason: say why the tenant is held");
  }
  if (std::any_of(reason.begin(), reason.end(), [](char c) { return c >= '\0' && c < ' '; })) {
    throw Error(ErrorCode::invalid_argument, "reason: must be one line");
  }
  const auto characters = std::count_if(reason.begin(), reason.end(), [](char c) { return (c & 0xC0) != 0x80; });
  if (characters > static_cast<std::ptrdiff_t>(kLongestReason)) {
    throw Error(ErrorCode::invalid_argument, fmt::format("reason: longer than {} characters", kLongestReason));
  }
  return reason;
}

std::optional<std::int64_t> number_in(const std::optional<std::string>& cursor) {
  if (!cursor) return std::nullopt;
  std::int64_t number = 0;
  const auto* const end = cursor->data() + cursor->size();
  const auto [parsed, problem] = std::from_chars(cursor->data(), end, number);
  if (problem != std::errc() || parsed != end || number < 1) {
    throw Error(ErrorCode::invalid_argument, "cursor: not one that a page ended with");
  }
  return number;
}

}  // namespace

Error under_hold(const LegalHold& hold) {
  return Error(ErrorCode::conflict, fmt::format("tenant_id: legal hold {} stands on the tenant since {}; nothing of it "
                                                "is deleted until it is released",
                                                hold.number, to_rfc3339(hold.placed_at)));
}

void lock_subject(pg::Transaction& transaction, const Subject& subject) {
  transaction.exec(sql::kLockSubject, pg::Params(id_of(subject)));
}

std::optional<LegalHold> find_hold(pg::Transaction& transaction, const Subject& subject) {
  const auto* tenant = std::get_if<TenantId>(&subject);
  if (tenant == nullptr) return std::nullopt;
  const auto rows = transaction.exec(sql::kFindHold, pg::Params(*tenant));
  if (rows.empty()) return std::nullopt;
  return read_hold(rows, 0);
}

LegalHold LegalHolds::place(const TenantId& tenant, const std::string& reason, const Actor& by) {
  const auto why = checked_reason(reason);
  return in_transaction(control_, [&](pg::Transaction& transaction) {
    lock_subject(transaction, tenant);
    const auto placed = transaction.exec(sql::kPlaceHold, pg::Params(tenant, why, to_string(by)));
    if (placed.empty()) {
      const auto standing = find_hold(transaction, tenant);
      throw Error(ErrorCode::conflict,
                  fmt::format("tenant_id: legal hold {} stands on the tenant already", standing->number));
    }
    audit::note(transaction, {.action = audit::Action::hold_placed, .by = by, .tenant = tenant});
    tell(transaction, on_transition_, transaction.exec(sql::kStopHeld, pg::Params(tenant, to_string(by.kind), by.id)));
    return read_hold(placed, 0);
  });
}

LegalHold LegalHolds::release(const TenantId& tenant, const Actor& by) {
  return in_transaction(control_, [&](pg::Transaction& transaction) {
    lock_subject(transaction, tenant);
    const auto released = transaction.exec(sql::kReleaseHold, pg::Params(tenant, to_string(by)));
    if (released.empty()) {
      throw Error(ErrorCode::not_found, fmt::format("tenant_id: no legal hold stands on tenant {}", tenant.str()));
    }
    audit::note(transaction, {.action = audit::Action::hold_released, .by = by, .tenant = tenant});
    const auto held = transaction.exec(sql::kFindHeldJob, pg::Params(tenant));
    if (!held.empty()) {
      const auto next = held.boolean(0, 1) ? JobState::awaiting_approval : JobState::pending;
      change_state(transaction, on_transition_,
                   {.job = JobId::parse(held.text(0, 0)),
                    .from = JobState::held,
                    .to = next,
                    .by = by,
                    .reason = "hold_released"});
    }
    transaction.exec(sql::kNotifyWorkers);
    return read_hold(released, 0);
  });
}

HoldPage LegalHolds::list(const HoldFilter& filter) {
  if (filter.limit < 1 || filter.limit > kLargestPage) {
    throw Error(ErrorCode::invalid_argument, fmt::format("limit: not between 1 and {}", kLargestPage));
  }
  const pg::Params params(filter.tenant, filter.with_released, number_in(filter.cursor), filter.limit + 1);
  return with_session(control_, [&](pg::Connection& session) {
    const auto rows = session.exec(sql::kListHolds, params);
    HoldPage page;
    for (int row = 0; row < rows.rows() && row < filter.limit; ++row) page.holds.push_back(read_hold(rows, row));
    if (rows.rows() > filter.limit) page.next = std::to_string(page.holds.back().number);
    return page;
  });
}

std::optional<LegalHold> LegalHolds::find(const TenantId& tenant) {
  const auto open = list({.tenant = tenant, .limit = 1}).holds;
  return open.empty() ? std::nullopt : std::optional(open.front());
}

}  // namespace tenure::jobs
