#include "plan/resolver.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace tenure::plan {
namespace {

std::vector<std::string> split_columns(const std::string& written) {
  std::vector<std::string> columns;
  std::size_t start = 0;
  while (start <= written.size()) {
    const auto comma = std::min(written.find(',', start), written.size());
    auto column = written.substr(start, comma - start);
    column.erase(0, column.find_first_not_of(' '));
    column.erase(column.find_last_not_of(' ') + 1);
    columns.push_back(std::move(column));
    start = comma + 1;
  }
  return columns;
}

bool same_columns(std::vector<std::string> a, std::vector<std::string> b) {
  std::ranges::sort(a);
  std::ranges::sort(b);
  return a == b;
}

// Only text against something else needs help: PostgreSQL compares integers and the like across their sizes.
bool differ_in_type(const catalog::Table& from, const std::vector<std::string>& from_columns, const catalog::Table& to,
                    const std::vector<std::string>& to_columns) {
  const auto is_text = [](const catalog::Table& table, const std::string& column) {
    return table.find_column(column)->type_class == catalog::TypeClass::text;
  };
  for (std::size_t at = 0; at < from_columns.size(); ++at) {
    if (is_text(from, from_columns[at]) != is_text(to, to_columns[at])) return true;
  }
  return false;
}

// A UUID is not compared with anything but UUIDs and text.
bool are_comparable(const catalog::Table& from, const std::vector<std::string>& from_columns, const catalog::Table& to,
                    const std::vector<std::string>& to_columns) {
  for (std::size_t at = 0; at < from_columns.size(); ++at) {
    const auto a = from.find_column(from_columns[at])->type_class;
    const auto b = to.find_column(to_columns[at])->type_class;
    const bool has_text = a == catalog::TypeClass::text || b == catalog::TypeClass::text;
    if (a != b && !has_text) return false;
  }
  return true;
}

Link link_of(const catalog::ForeignKey& key) {
  return {.key = key_text(key.columns),
          .columns = key.columns,
          .parent = key.parent,
          .parent_columns = key.parent_columns,
          .when = {}};
}

}  // namespace

std::string key_text(const std::vector<std::string>& columns) { return fmt::format("{}", fmt::join(columns, ", ")); }

void Resolver::refuse(Refusal::Code code, const std::string& table, std::string message) const {
  const auto same = [&](const Refusal& refusal) { return refusal.code == code && refusal.message == message; };
  if (std::ranges::none_of(refusals_, same)) refusals_.push_back({code, table, std::move(message)});
}

const catalog::Table* Resolver::table(const std::string& written) const {
  for (const auto& schema : rules_.schemas) {
    if (const auto* found = catalog_.find({schema, written})) return found;
  }
  if (const auto dot = written.find('.'); dot != std::string::npos) {
    if (const auto* found = catalog_.find({written.substr(0, dot), written.substr(dot + 1)})) return found;
  }
  refuse(Refusal::Code::unknown_table, written,
         fmt::format("{}: a rule names this table, but the database does not have it", written));
  return nullptr;
}

std::string Resolver::label(const TableName& name) const {
  return !rules_.schemas.empty() && name.schema == rules_.schemas.front() ? name.name : name.str();
}

bool Resolver::is_accountable(const catalog::Table& table) const {
  return !table.is_extension_member && std::ranges::find(rules_.schemas, table.name.schema) != rules_.schemas.end();
}

bool Resolver::has_column(const catalog::Table& table, const std::string& column) const {
  if (table.find_column(column) != nullptr) return true;
  refuse(Refusal::Code::unknown_column, label(table.name),
         fmt::format("{}: a rule names the column {}, which the table does not have", label(table.name), column));
  return false;
}

std::vector<Link> Resolver::links_of(const catalog::Table& table) const {
  std::vector<Link> links;
  for (const auto& key : table.foreign_keys) links.push_back(link_of(key));
  for (const auto& reference : rules_.references) {
    const auto* from = this->table(reference.from_table);
    if (from == nullptr || from->name != table.name) continue;
    const auto* to = this->table(reference.to_table);
    if (to == nullptr) continue;
    bool are_known = true;
    for (const auto& column : reference.from_columns) are_known &= has_column(*from, column);
    for (const auto& column : reference.to_columns) are_known &= has_column(*to, column);
    for (const auto& [column, value] : reference.when) are_known &= has_column(*from, column);
    if (!are_known) continue;
    if (!are_comparable(*from, reference.from_columns, *to, reference.to_columns)) {
      refuse(Refusal::Code::unknown_key, label(table.name),
             fmt::format("{}: `references:` compares {} with {}, whose types cannot be compared", label(table.name),
                         key_text(reference.from_columns), key_text(reference.to_columns)));
      continue;
    }
    links.push_back({.key = key_text(reference.from_columns),
                     .columns = reference.from_columns,
                     .parent = to->name,
                     .parent_columns = reference.to_columns,
                     .when = reference.when,
                     .as_text = differ_in_type(*from, reference.from_columns, *to, reference.to_columns)});
  }
  return links;
}

std::vector<Link> Resolver::links(const catalog::Table& table, const std::string& written) const {
  for (const auto& key : table.foreign_keys) {
    if (key.name == written) return {link_of(key)};
  }
  std::vector<Link> found;
  for (auto& link : links_of(table)) {
    if (same_columns(link.columns, split_columns(written))) found.push_back(std::move(link));
  }
  if (found.empty()) {
    refuse(Refusal::Code::unknown_key, label(table.name),
           fmt::format("{}: a rule names the key \"{}\", but no foreign key has this name or these columns, and "
                       "`references:` declares none",
                       label(table.name), written));
  }
  return found;
}

}  // namespace tenure::plan
