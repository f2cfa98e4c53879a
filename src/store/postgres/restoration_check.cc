#include "store/postgres/restoration_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "base/digest.h"
#include "base/error.h"
#include "pg/copy.h"

namespace tenure::store {
namespace {

using catalog::TableName;
using catalog::Trigger;

/// A digest over rows in any order: the sum of each row's.
class RowsDigest {
 public:
  void add_row(std::string_view row) {
    const auto hex = Digest().add(row).hex();
    for (std::size_t at = 0; at < sum_.size(); ++at) {
      std::uint64_t part = 0;
      std::from_chars(hex.data() + 16 * at, hex.data() + 16 * (at + 1), part, 16);
      sum_[at] += part;
    }
  }
  /// Rows that end with a line feed, in pieces that end anywhere.
  void add_piece(std::string_view piece) {
    for (auto end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
      rest_ += piece.substr(0, end + 1);
      add_row(rest_);
      rest_.clear();
      piece.remove_prefix(end + 1);
    }
    rest_ += piece;
  }
  bool operator==(const RowsDigest&) const = default;

 private:
  std::array<std::uint64_t, 4> sum_{};
  std::string rest_;
};

class Check {
 public:
  Check(pg::Connection& connection, const catalog::Catalog& catalog, const RestoreSql& sql, RestoredRows& rows,
        archive::Reader& reader)
      : connection_(connection), catalog_(catalog), sql_(sql), rows_(rows), reader_(reader) {}

  void foreign_keys() {
    for (const auto& [table, count] : rows_.rows()) {
      for (const auto& key : catalog_.find(table)->foreign_keys) {
        if (points_at_restored_only(table, key)) continue;
        hold_parents(table, key);
        const auto dangling = connection_.exec(sql_.count_dangling(table, key, rows_.by_subject(table))).int64(0, 0);
        if (dangling == 0) continue;
        throw Error(ErrorCode::conflict,
                    fmt::format("{} rows of {} cannot come back: by {} they point at rows of {} that are gone",
                                dangling, table.str(), key.name, key.parent.str()));
      }
    }
  }

  void contents() {
    for (const auto& [table, count] : rows_.rows()) {
      if (std::ranges::none_of(catalog_.find(table)->triggers, [&](const Trigger& one) { return has_fired(one); })) {
        continue;
      }
      if (archived(table) == present(table)) continue;
      throw Error(ErrorCode::conflict,
                  fmt::format("{}: a trigger changed rows as they came back; leave it out (the role needs the right to "
                              "set session_replication_role), or disable it until they are back",
                              table.str()));
    }
  }

  void touched(const std::vector<TableName>& side_effects) {
    const auto& expected = rows_.expected();
    for (const auto& [table, actual] : rows_.touched()) {
      const auto planned = expected.find(table);
      if (planned != expected.end() && planned->second == actual) continue;
      if (std::ranges::find(side_effects, table) != side_effects.end()) continue;
      throw Error(ErrorCode::conflict,
                  fmt::format("{}: rows changed that do not come back (a trigger did it); leave it out, or settle it "
                              "with `side_effects:`",
                              table.str()));
    }
  }

 private:
  // Then nobody else has seen the parents yet, and none can go. The common case, for a third of the work.
  bool points_at_restored_only(const TableName& table, const catalog::ForeignKey& key) {
    if (!rows_.expected().contains(key.parent)) return false;
    return connection_.exec(sql_.count_strays(table, key, rows_.by_subject(table))).int64(0, 0) == 0;
  }

  // A role that may only read them cannot; then the key is checked and not held.
  void hold_parents(const TableName& table, const catalog::ForeignKey& key) {
    const auto may_hold = connection_.exec(sql_.may_hold(key.parent)).boolean(0, 0);
    if (may_hold) connection_.exec(sql_.lock_parents(table, key, rows_.by_subject(table)));
  }

  bool has_fired(const Trigger& trigger) const {
    const auto silent = rows_.fires_triggers() ? Trigger::Firing::replica : Trigger::Firing::origin;
    return trigger.on_insert && trigger.firing != Trigger::Firing::disabled && trigger.firing != silent;
  }

  std::vector<archive::Reader::Section> sections_of(const TableName& table) const {
    auto sections = reader_.sections();
    std::erase_if(sections, [&](const archive::Reader::Section& section) {
      return section.info.content != archive::Content::deleted_rows || section.info.schema != table.schema ||
             section.info.name != table.name;
    });
    return sections;
  }

  RowsDigest archived(const TableName& table) {
    RowsDigest digest;
    for (const auto& section : sections_of(table)) {
      reader_.read(section, [&](std::string_view piece) { digest.add_piece(piece); });
    }
    return digest;
  }

  RowsDigest present(const TableName& table) {
    RowsDigest digest;
    pg::CopyOut rows(connection_, sql_.copy_out(sections_of(table).front().info, rows_.by_subject(table)));
    while (const auto row = rows.next()) digest.add_piece(*row);
    return digest;
  }

  pg::Connection& connection_;
  const catalog::Catalog& catalog_;
  const RestoreSql& sql_;
  RestoredRows& rows_;
  archive::Reader& reader_;
};

}  // namespace

void check_restored_rows(pg::Connection& connection, const catalog::Catalog& catalog, const RestoreSql& sql,
                         RestoredRows& rows, archive::Reader& reader, const std::vector<TableName>& side_effects) {
  Check check(connection, catalog, sql, rows, reader);
  if (!rows.fires_triggers()) check.foreign_keys();
  check.contents();
  if (catalog.server.counts_rows) check.touched(side_effects);
}

}  // namespace tenure::store
