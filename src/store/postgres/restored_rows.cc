#include "store/postgres/restored_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "pg/copy.h"
#include "pg/sqlstate.h"
#include "plan/components.h"

namespace tenure::store {

using archive::Content;
using archive::Reader;
using catalog::TableName;
using pg::operator""_sql;

namespace {

TableName table_of(const archive::SectionInfo& info) { return {info.schema, info.name}; }

/// Tables that point at each other, by the number of their circle; others are left out.
std::map<TableName, int> circles_of(const std::set<TableName>& tables, const catalog::Catalog& catalog) {
  std::set<plan::Edge> edges;
  for (const auto& name : tables) {
    for (const auto& key : catalog.find(name)->foreign_keys) {
      if (tables.contains(key.parent)) edges.emplace(name, key.parent);
    }
  }
  std::map<TableName, int> circles;
  int number = 0;
  for (const auto& component : plan::order_children_first(tables, edges, [](const TableName&) { return false; })) {
    ++number;
    if (component.size() == 1) continue;
    for (const auto& name : component) circles[name] = number;
  }
  return circles;
}

/// What PostgreSQL has against a row that comes back, as the caller has to know it.
Error explained(const Error& error) {
  const auto is = [&](std::string_view sqlstate) { return error.sqlstate() == sqlstate; };
  if (is(pg::kUniqueViolation) || is("23P01")) {
    return Error(ErrorCode::conflict,
                 fmt::format("a newer row is in the way of one that comes back: {}", error.what()));
  }
  if (is(pg::kForeignKeyViolation)) {
    return Error(ErrorCode::conflict,
                 fmt::format("a row that others point at is gone, so that they cannot come back: {}", error.what()));
  }
  if (error.sqlstate().starts_with("23") || error.sqlstate().starts_with("42")) {
    return Error(ErrorCode::conflict, fmt::format("the table no longer takes the rows that it had: {}", error.what()));
  }
  return error;
}

}  // namespace

RestoredRows::RestoredRows(pg::Connection& connection, const catalog::Catalog& catalog, const RestoreSql& sql,
                           TableLabels labels, Restoration& restoration)
    : connection_(connection),
      catalog_(catalog),
      sql_(sql),
      labels_(std::move(labels)),
      restoration_(restoration),
      fires_triggers_(!catalog.server.may_skip_triggers) {}

void RestoredRows::begin(const std::vector<Reader::Section>& sections) {
  std::set<TableName> tables;
  for (const auto& section : sections) {
    if (section.info.content == Content::file) continue;
    const auto table = table_of(section.info);
    if (catalog_.find(table) == nullptr) {
      throw Error(ErrorCode::conflict,
                  fmt::format("{}: is no longer there, so its rows cannot come back", table.str()));
    }
    tables.insert(table);
  }
  if (tables.empty()) return;
  connection_.exec(sql_.lock(tables));
  if (fires_triggers_) {
    circles_ = circles_of(tables, catalog_);
  } else {
    connection_.exec("SET LOCAL session_replication_role = replica"_sql);
  }
  touched_before_ = read_touched_rows(connection_);
}

void RestoredRows::bring_back(Reader& reader, const Reader::Section& section) {
  try {
    const auto circle = circles_.find(table_of(section.info));
    const bool is_staged = circle != circles_.end() && section.info.content == Content::deleted_rows;
    if (!staged_.empty() && (!is_staged || circles_.at(table_of(staged_.front().info)) != circle->second)) {
      insert_staged(reader);
    }
    if (is_staged) {
      staged_.push_back(section);
    } else if (section.info.content == Content::deleted_rows) {
      copy_back(reader, section);
    } else {
      revert(reader, section);
    }
  } catch (const Error& error) {
    throw explained(error);
  }
}

void RestoredRows::end(Reader& reader) {
  try {
    if (!staged_.empty()) insert_staged(reader);
    if (!rows_.empty()) connection_.exec("SET CONSTRAINTS ALL IMMEDIATE"_sql);
  } catch (const Error& error) {
    throw explained(error);
  }
}

std::int64_t RestoredRows::copy(Reader& reader, const Reader::Section& section, const pg::Sql& into) {
  pg::CopyIn rows(connection_, into);
  reader.read(section, [&](std::string_view piece) { rows.put(piece); });
  return rows.finish();
}

void RestoredRows::count(const Reader::Section& section, std::int64_t rows) {
  const auto table = table_of(section.info);
  if (rows != section.rows) {
    throw Error(ErrorCode::conflict,
                fmt::format("{}: not every row came back; a rule of the table's own (CREATE RULE), "
                            "or a trigger, keeps some out",
                            labels_(table)));
  }
  rows_[table] += rows;
  expected_[table].inserted += rows;
  restoration_.restored_counts[labels_(table)] += rows;
}

void RestoredRows::copy_back(Reader& reader, const Reader::Section& section) {
  count(section, copy(reader, section, sql_.copy_in(section.info)));
}

void RestoredRows::insert_staged(Reader& reader) {
  std::vector<archive::SectionInfo> infos;
  for (std::size_t at = 0; at < staged_.size(); ++at) {
    infos.push_back(staged_[at].info);
    connection_.exec(sql_.create_stage(infos[at], at));
    copy(reader, staged_[at], sql_.copy_into_stage(at));
  }
  const auto inserted = connection_.exec(sql_.insert_staged(infos));
  for (std::size_t at = 0; at < staged_.size(); ++at) {
    count(staged_[at], inserted.int64(0, static_cast<int>(at)));
    connection_.exec(sql_.drop_stage(at));
  }
  staged_.clear();
}

void RestoredRows::revert(Reader& reader, const Reader::Section& section) {
  connection_.exec(sql_.create_changes(section.info));
  copy(reader, section, sql_.copy_into_changes());
  connection_.exec(sql_.analyze_changes());
  const auto reverted = connection_.exec(sql_.revert_changes(section.info)).affected();
  connection_.exec(sql_.drop_changes());
  const auto table = table_of(section.info);
  expected_[table].updated += reverted;
  restoration_.reverted_counts[labels_(table)] += reverted;
}

std::set<TableName> RestoredRows::tables() const {
  std::set<TableName> tables;
  for (const auto& [table, touched] : expected_) tables.insert(table);
  return tables;
}

bool RestoredRows::by_subject(const TableName& table) {
  const auto known = by_subject_.find(table);
  if (known != by_subject_.end()) return known->second;
  // Where the rules have changed since, or an owner is gone, this finds fewer; then every row of the table is looked
  // at.
  const auto rows = rows_.find(table);
  const bool finds_all = sql_.knows_owner(table) && rows != rows_.end() &&
                         connection_.exec(sql_.count_rows(table, true)).int64(0, 0) == rows->second;
  return by_subject_[table] = finds_all;
}

}  // namespace tenure::store
