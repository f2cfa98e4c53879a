#include "schemas/structure/structure_script.h"

#include <fmt/format.h>

#include <map>

#include "base/error.h"
#include "schemas/sql.h"
#include "schemas/structure/making_order.h"

namespace tenure::schemas {
namespace {

constexpr char kNewName = '\x01';
constexpr char kRowsHere = '\x02';
constexpr std::string_view kWithoutData = " WITH NO DATA";

class ScriptReader {
 public:
  ScriptReader(pg::Connection& connection, const std::string& schema, StructureScript::Rows rows)
      : connection_(connection), schema_(schema), rows_(rows) {}

  std::string read() {
    StructureScript::require_makeable(connection_, schema_);
    connection_.exec(set_search_path());
    add(fmt::format("CREATE SCHEMA {}", kNewName));
    add(fmt::format("SET LOCAL search_path = {}", kNewName));
    add("SET LOCAL check_function_bodies = off");
    add_nodes();
    if (rows_ == StructureScript::Rows::copied) add_rows();
    if (rows_ == StructureScript::Rows::later) {
      script_ += kRowsHere;
      add(fmt::format("SET LOCAL search_path = {}", kNewName));
    }
    for (const auto& statement : postponed_) add(statement);
    for (const auto& statement : refreshes_) add(statement);
    add_rest();
    return std::move(script_);
  }

 private:
  struct ForeignKey {
    std::int64_t parent;
    std::string clause;
    std::string table;
    bool can_be_inside;  ///< CREATE TABLE takes it as it is
  };

  /// The deparser names what is found by search_path without its schema, so the script works for any.
  pg::Sql set_search_path() const {
    pg::SqlBuilder set;
    set << "SET LOCAL search_path = " << pg::Identifier(schema_);
    return set.build();
  }

  void add(const std::string& statement) {
    script_ += statement;
    script_ += ";\n";
  }

  void add_nodes() {
    const auto nodes = connection_.exec(sql::kScriptNodes, pg::Params(schema_));
    std::vector<std::int64_t> ids;
    std::map<std::int64_t, int> row_of;
    for (int row = 0; row < nodes.rows(); ++row) {
      ids.push_back(nodes.int64(row, 0));
      row_of[ids.back()] = row;
    }
    const auto keys = read_foreign_keys();
    MakingOrder::Needs wishes;
    for (const auto& [table, list] : keys) {
      for (const auto& key : list) wishes[table].insert(key.parent);
    }
    const auto plan = order_of_making(ids, read_needs(), wishes);
    for (const auto node : plan.order) {
      const auto row = row_of.at(node);
      auto statement = nodes.text(row, 2);
      if (nodes.text(row, 1) == "materialized view") postpone_content(node, statement);
      if (nodes.text(row, 1) == "table") {
        tables_.push_back(node);
        const auto own = keys.find(node);
        const auto waiting = plan.postponed.find(node);
        if (own != keys.end()) {
          statement = with_foreign_keys(std::move(statement), own->second,
                                        waiting == plan.postponed.end() ? std::set<std::int64_t>() : waiting->second);
        }
      }
      add(statement);
    }
  }

  void postpone_content(std::int64_t view, std::string& statement) {
    if (rows_ == StructureScript::Rows::none || statement.ends_with(kWithoutData)) return;
    statement += kWithoutData;
    const auto name = connection_.exec(sql::kFindRelationName, pg::Params(view)).text(0, 0);
    refreshes_.push_back("REFRESH MATERIALIZED VIEW " + pg::Identifier(name).quoted());
  }

  std::map<std::int64_t, std::vector<ForeignKey>> read_foreign_keys() {
    const auto rows = connection_.exec(sql::kScriptForeignKeys, pg::Params(schema_));
    std::map<std::int64_t, std::vector<ForeignKey>> keys;
    for (int row = 0; row < rows.rows(); ++row) {
      keys[rows.int64(row, 0)].push_back({.parent = rows.int64(row, 1),
                                          .clause = rows.text(row, 3),
                                          .table = rows.text(row, 2),
                                          .can_be_inside = rows.boolean(row, 4)});
    }
    return keys;
  }

  MakingOrder::Needs read_needs() {
    const auto rows = connection_.exec(sql::kScriptEdges, pg::Params(schema_));
    MakingOrder::Needs needs;
    for (int row = 0; row < rows.rows(); ++row) needs[rows.int64(row, 0)].insert(rows.int64(row, 1));
    return needs;
  }

  /// A key inside CREATE TABLE costs less than one added later: an empty table need not be checked.
  std::string with_foreign_keys(std::string statement, const std::vector<ForeignKey>& keys,
                                const std::set<std::int64_t>& not_there_yet) {
    std::string inside;
    for (const auto& key : keys) {
      const bool may_be_inside = key.can_be_inside && rows_ != StructureScript::Rows::later;
      if (may_be_inside && !not_there_yet.contains(key.parent)) {
        inside += ", " + key.clause;
      } else {
        postponed_.push_back(fmt::format("ALTER TABLE {} ADD {}", key.table, key.clause));
      }
    }
    if (inside.empty()) return statement;
    // Behind the last constraint: the parenthesis that closes the one opened after the name.
    const auto open = statement.find(" (");
    std::size_t at = open + 2;
    int depth = 1;
    char quote = 0;
    for (; at < statement.size() && depth > 0; ++at) {
      const char c = statement[at];
      if (quote != 0) {
        if (c == quote) quote = 0;
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == '(') {
        ++depth;
      } else if (c == ')') {
        --depth;
      }
    }
    const bool has_columns = at - 1 > open + 2;
    statement.insert(at - 1, has_columns ? inside : inside.substr(2));
    return statement;
  }

  /// What migrations have put into the tables; nobody else writes there.
  void add_rows() {
    const auto columns = connection_.exec(sql::kListColumnsToCopy, pg::Params(schema_));
    if (columns.empty()) return;
    pg::SqlBuilder look;
    for (int row = 0; row < columns.rows(); ++row) {
      if (row > 0) look << " UNION ALL ";
      look << "SELECT " << row << " WHERE EXISTS (SELECT FROM " << pg::Identifier(schema_) << "."
           << pg::Identifier(columns.text(row, 1)) << ")";
    }
    std::map<std::int64_t, std::string> inserts;
    const auto filled = connection_.exec(look.build());
    for (int at = 0; at < filled.rows(); ++at) {
      const auto row = static_cast<int>(filled.int64(at, 0));
      const auto table = pg::Identifier(columns.text(row, 1)).quoted();
      inserts[columns.int64(row, 0)] =
          fmt::format("INSERT INTO {0} ({1}){2} SELECT {1} FROM {3}.{0}", table, columns.text(row, 2),
                      columns.boolean(row, 3) ? " OVERRIDING SYSTEM VALUE" : "", pg::Identifier(schema_).quoted());
    }
    for (const auto table : tables_) {
      if (const auto found = inserts.find(table); found != inserts.end()) add(found->second);
    }
    const auto positions = connection_.exec(sql::kListSequencePositions, pg::Params(schema_));
    for (int row = 0; row < positions.rows(); ++row) {
      pg::SqlBuilder set;
      set << "SELECT setval(";
      set.constant(pg::Identifier(positions.text(row, 0)).quoted()) << ", ";
      add(set.build().text() + positions.text(row, 1) + ")");
    }
  }

  void add_rest() {
    const auto rows = connection_.exec(sql::kScriptRest, pg::Params(schema_));
    for (int row = 0; row < rows.rows(); ++row) {
      if (!rows.text(row, 2).empty()) add(rows.text(row, 2));
    }
  }

  pg::Connection& connection_;
  const std::string& schema_;
  const StructureScript::Rows rows_;
  std::string script_;
  std::vector<std::int64_t> tables_;    ///< in the order of making
  std::vector<std::string> postponed_;  ///< foreign keys whose table comes later, or whose rows do
  std::vector<std::string> refreshes_;
};

/// `text` with this in place of the schema's name.
std::string filled(std::string_view text, const std::string& name) {
  std::string script;
  script.reserve(text.size() + 256);
  for (const char c : text) {
    if (c == kNewName) {
      script += name;
    } else if (c != kRowsHere) {
      script += c;
    }
  }
  return script;
}

pg::Sql script_for(std::string text) { return pg::Sql::script_from_operator(std::move(text)); }

}  // namespace

void StructureScript::require_makeable(pg::Connection& connection, const std::string& schema) {
  const auto rows = connection.exec(sql::kListUnmakeable, pg::Params(schema));
  if (rows.empty()) return;
  std::vector<std::string> names;
  for (int row = 0; row < rows.rows(); ++row) names.push_back(rows.text(row, 0));
  throw Error(
      ErrorCode::refused,
      fmt::format("the schema {} holds what cannot be made again for another: {}; a shared migration can make it "
                  "for all",
                  schema, fmt::join(names, ", ")));
}

StructureScript StructureScript::read(pg::Connection& connection, const std::string& schema, Rows rows) {
  return StructureScript(ScriptReader(connection, schema, rows).read());
}

pg::Sql StructureScript::for_schema(const std::string& name) const {
  return script_for(filled(text_, pg::Identifier(name).quoted()));
}

pg::Sql StructureScript::before_rows(const std::string& name) const {
  return script_for(before_rows_with(pg::Identifier(name).quoted()));
}

pg::Sql StructureScript::after_rows(const std::string& name) const {
  return script_for(after_rows_with(pg::Identifier(name).quoted()));
}

std::string StructureScript::before_rows_with(const std::string& placeholder) const {
  return filled(std::string_view(text_).substr(0, text_.find(kRowsHere)), placeholder);
}

std::string StructureScript::after_rows_with(const std::string& placeholder) const {
  const auto place = text_.find(kRowsHere);
  if (place == std::string::npos) throw Error(ErrorCode::internal, "the script has no place for rows that come later");
  return filled(std::string_view(text_).substr(place), placeholder);
}

bool StructureScript::names_its_schema() const {
  // As pg_get_functiondef writes a function's setting, on a line of its own.
  constexpr std::string_view kSetting = "\n SET search_path TO ";
  for (auto at = text_.find(kSetting); at != std::string::npos; at = text_.find(kSetting, at + 1)) {
    if (text_.find(kNewName, at) < text_.find('\n', at + 1)) return true;
  }
  return false;
}

}  // namespace tenure::schemas
