#include "audit/chain.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

#include "audit/entry_rows.h"
#include "audit/note.h"
#include "audit/sql.h"
#include "base/error.h"
#include "pg/installation.h"

namespace tenure::audit {
namespace {

using nlohmann::json;

constexpr int kLargestPage = 500;

json text_or_null(const std::optional<std::string>& text) { return text ? json(*text) : json(); }
json id_or_null(const std::optional<Uuid>& id) { return id ? json(id->str()) : json(); }

json to_json(const Entry& entry) {
  return {{"sequence", entry.sequence},
          {"micros", entry.micros},
          {"action", to_string(entry.action)},
          {"actor_kind", to_string(entry.actor_kind)},
          {"actor", id_or_null(entry.actor)},
          {"tenant", text_or_null(entry.tenant)},
          {"person", text_or_null(entry.person)},
          {"job", id_or_null(entry.job)},
          {"note", entry.note.str()},
          {"hash", entry.hash}};
}

std::set<Uuid> sealed_among(pg::Transaction& transaction, const std::vector<Entry>& entries) {
  std::vector<std::string> ids;
  for (const auto& entry : entries) ids.push_back(entry.note.str());
  const auto rows = transaction.exec(sql::kFindSealed, pg::Params(ids));
  std::set<Uuid> sealed;
  for (int row = 0; row < rows.rows(); ++row) sealed.insert(Uuid::parse(rows.text(row, 0), "audit log"));
  return sealed;
}

Head read_head(const pg::Result& rows) {
  if (rows.empty()) return {};
  return {.sequence = rows.int64(0, 0), .hash = rows.text(0, 1)};
}

std::optional<std::int64_t> sequence_in(const std::optional<std::string>& cursor) {
  if (!cursor) return std::nullopt;
  std::int64_t sequence = 0;
  const auto* const end = cursor->data() + cursor->size();
  const auto [parsed, problem] = std::from_chars(cursor->data(), end, sequence);
  if (problem != std::errc() || parsed != end || sequence < 1) {
    throw Error(ErrorCode::invalid_argument, "cursor: not one that a page ended with");
  }
  return sequence;
}

std::int64_t micros_of(WallTime time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

}  // namespace

void install_schema(pg::Connection& control) {
  install_notes(control);
  pg::install(control, sql::kCreateChain, "tenure.audit_entries");
}

Head find_head(pg::Connection& control) { return read_head(control.exec(sql::kFindHead)); }

int append(pg::Transaction& transaction, std::vector<Entry> entries) {
  transaction.exec(sql::kLockChain);
  const auto sealed = sealed_among(transaction, entries);
  auto head = read_head(transaction.exec(sql::kFindHead));
  json added = json::array();
  for (auto& entry : entries) {
    if (sealed.contains(entry.note)) continue;
    entry.sequence = head.sequence + 1;
    entry.hash = hash_of(head.hash, entry);
    head = {.sequence = entry.sequence, .hash = entry.hash};
    added.push_back(to_json(entry));
  }
  if (!added.empty()) transaction.exec(sql::kAppendEntries, pg::Params(added.dump()));
  return static_cast<int>(added.size());
}

EntryPage list_entries(pg::Pool& control, const EntryFilter& filter, const Call& call) {
  if (filter.limit < 1 || filter.limit > kLargestPage) {
    throw Error(ErrorCode::invalid_argument, fmt::format("limit: not between 1 and {}", kLargestPage));
  }
  const auto since = filter.since ? std::optional(micros_of(*filter.since)) : std::nullopt;
  const auto rows = control.take(call)->exec(
      sql::kListEntries, pg::Params(filter.tenant, filter.job, since, sequence_in(filter.cursor), filter.limit + 1));
  EntryPage page;
  for (int row = 0; row < rows.rows() && row < filter.limit; ++row) page.entries.push_back(read_entry(rows, row));
  if (rows.rows() > filter.limit) page.next = std::to_string(page.entries.back().sequence);
  return page;
}

}  // namespace tenure::audit
