#include "audit/sealer.h"

#include "audit/chain.h"
#include "audit/sql.h"
#include "base/error.h"

namespace tenure::audit {
namespace {

constexpr int kBatch = 500;

template <class AnyId>
std::optional<std::string> pseudonym_in(const pg::Result& rows, int row, int column, const Pseudonyms& pseudonyms) {
  if (rows.is_null(row, column)) return std::nullopt;
  return pseudonyms.of(AnyId::parse(rows.text(row, column)));
}

Entry read_note(const pg::Result& rows, int row, const Pseudonyms& pseudonyms) {
  Entry entry{.sequence = 0, .micros = rows.int64(row, 2), .action = parse_action(rows.text(row, 3))};
  entry.note = Uuid::parse(rows.text(row, 1), "audit log");
  entry.actor_kind = parse_actor_kind(rows.text(row, 4));
  entry.actor = pseudonyms.of(Actor{entry.actor_kind, rows.optional_text(row, 5)});
  entry.tenant = pseudonym_in<TenantId>(rows, row, 6, pseudonyms);
  entry.person = pseudonym_in<UserId>(rows, row, 7, pseudonyms);
  if (!rows.is_null(row, 8)) entry.job = Uuid::parse(rows.text(row, 8), "audit log");
  return entry;
}

std::string array_of(const std::vector<std::int64_t>& numbers) {
  std::string text = "{";
  for (const auto number : numbers) text += (text.size() > 1 ? "," : "") + std::to_string(number);
  return text + "}";
}

}  // namespace

int Sealer::seal(const Call& call) {
  int added = 0;
  for (auto* source : sources_) {
    for (bool is_last = false; !is_last;) added += seal_batch(*source, call, is_last);
  }
  return added;
}

int Sealer::seal_batch(pg::Pool& source, const Call& call, bool& is_last) {
  const auto rows = source.take(call)->exec(sql::kListNotes, pg::Params(kBatch));
  is_last = rows.rows() < kBatch;
  if (rows.empty()) return 0;
  std::vector<Entry> entries;
  std::vector<std::int64_t> numbers;
  for (int row = 0; row < rows.rows(); ++row) {
    entries.push_back(read_note(rows, row, pseudonyms_));
    numbers.push_back(rows.int64(row, 0));
  }
  auto session = control_.take(call);
  pg::Transaction transaction(*session);
  const int added = append(transaction, std::move(entries));
  transaction.commit();
  source.take(call)->exec(sql::kForgetNotes, pg::Params(array_of(numbers)));
  return added;
}

}  // namespace tenure::audit
