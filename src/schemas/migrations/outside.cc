#include "schemas/migrations/outside.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "pg/transaction.h"
#include "schemas/sql.h"

namespace tenure::schemas {
namespace {

using pg::operator""_sql;

// "relation … already exists", "… already exists": what a statement answers that was done before.
constexpr std::array<std::string_view, 2> kAlreadyThere{"42P07", "42710"};
// "… does not exist": what one answers that drops what was dropped before.
constexpr std::array<std::string_view, 3> kAlreadyGone{"42P01", "42704", "42703"};

bool says_done(const Statement& statement, const Error& error) {
  const auto is_said = [&](std::string_view code) { return code == error.sqlstate(); };
  if (statement.starts_with({"drop"})) return std::any_of(kAlreadyGone.begin(), kAlreadyGone.end(), is_said);
  return std::any_of(kAlreadyThere.begin(), kAlreadyThere.end(), is_said);
}

/// With its own search_path from the start, so that nothing has to be set and nothing can leak into another schema.
pg::Connection open_in(const pg::ConnectionSettings& settings, const std::string& schema, const ApplyOrder& order) {
  std::string options;
  const auto given = settings.parameters().find("options");
  if (given != settings.parameters().end()) options = given->second + " ";
  const auto add = [&](std::string_view name, const std::string& value) {
    options += fmt::format("-c {}=", name);
    for (const char letter : value) {
      if (letter == ' ' || letter == '\\') options += '\\';
      options += letter;
    }
    options += ' ';
  };
  add("search_path", search_path_of(schema, order.behind_it));
  add("lock_timeout", fmt::format("{}ms", order.lock_timeout.count()));
  return pg::Connection::open(settings.with("options", options));
}

class OutsideRun {
 public:
  OutsideRun(pg::Connection& registry, const pg::ConnectionSettings& settings, const std::string& schema,
             const ApplyOrder& order, int number)
      : registry_(registry),
        schema_(schema),
        order_(order),
        migration_(order.migrations.at(number)),
        session_(open_in(settings, schema, order)) {}

  std::optional<Failure> run() {
    begin();
    const auto& statements = migration_.up.statements;
    for (; done_ < static_cast<std::int64_t>(statements.size()); ++done_) {
      if (auto failure = run_statement(statements[static_cast<std::size_t>(done_)])) return failure;
      may_be_under_way_ = false;
      note(sql::kAdvanceOutside, done_ + 1);
    }
    pg::Transaction transaction(registry_);
    const auto locked = lock_schema(registry_, schema_, order_);
    if (locked.version == migration_.number - 1) {
      record_migrations(registry_, locked, migration_.number, order_.migrations, "applied", order_.run);
    }
    transaction.commit();
    return std::nullopt;
  }

 private:
  void begin() {
    pg::Transaction transaction(registry_);
    const auto locked = lock_schema(registry_, schema_, order_);
    if (locked.version != migration_.number - 1) {
      throw Error(ErrorCode::conflict, "another run has taken over; this one stops");
    }
    schema_id_ = locked.id;
    const auto rows = transaction.exec(
        sql::kBeginOutside, pg::Params(locked.id, migration_.number, migration_.name, migration_.checksum, order_.run));
    done_ = rows.int64(0, 0);
    may_be_under_way_ = rows.boolean(0, 1);
    transaction.commit();
  }

  void note(const pg::Sql& statement, std::int64_t done) {
    pg::Transaction transaction(registry_);
    lock_schema(registry_, schema_, order_);
    transaction.exec(statement, pg::Params(schema_id_, migration_.number, done));
    transaction.commit();
  }

  std::optional<Failure> run_statement(const Statement& statement) {
    if (may_be_under_way_) drop_invalid_indexes(statement);
    try {
      session_.exec(pg::Sql::script_from_operator(statement.text));
      return std::nullopt;
    } catch (Error& error) {
      if (error.sqlstate().empty()) throw;
      if (may_be_under_way_ && says_done(statement, error)) return std::nullopt;
      return failure_in(migration_.up, statement, std::move(error));
    }
  }

  void drop_invalid_indexes(const Statement& statement) {
    const auto rows = session_.exec(sql::kListInvalidIndexes, pg::Params(schema_, statement.text));
    for (int row = 0; row < rows.rows(); ++row) {
      pg::SqlBuilder drop;
      drop << "DROP INDEX CONCURRENTLY IF EXISTS " << pg::Identifier(schema_) << "."
           << pg::Identifier(rows.text(row, 0));
      session_.exec(drop.build());
    }
  }

  pg::Connection& registry_;
  const std::string& schema_;
  const ApplyOrder& order_;
  const Migration& migration_;
  pg::Connection session_;
  std::int64_t schema_id_ = 0;
  std::int64_t done_ = 0;
  bool may_be_under_way_ = false;
};

/// The statement without the word CONCURRENTLY; nothing when it refuses a transaction for another reason.
std::optional<std::string> without_concurrently(const Statement& statement) {
  constexpr std::string_view kWord = "concurrently";
  if (statement.starts_with({"vacuum"}) || statement.starts_with({"alter", "system"})) return std::nullopt;
  auto lower = statement.text;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  auto text = statement.text;
  const bool is_among_first = std::find(statement.words.begin(), statement.words.end(), kWord) != statement.words.end();
  if (is_among_first) text.erase(lower.find(kWord), kWord.size());
  return text;
}

}  // namespace

std::optional<Failure> apply_outside(pg::Connection& connection, const pg::ConnectionSettings& settings,
                                     const std::string& schema, const ApplyOrder& order, int number) {
  return OutsideRun(connection, settings, schema, order, number).run();
}

Script trial_form(const Script& script, std::vector<std::string>& notes) {
  Script form{.file = script.file, .text = {}, .statements = {}};
  for (const auto& statement : script.statements) {
    auto text = without_concurrently(statement);
    if (!text) {
      notes.push_back(
          fmt::format("{}:{}: cannot be tried: {}", script.file.string(), statement.line, first_line(statement.text)));
      continue;
    }
    // Each on the line where it stands in the file, so that an error's line is right.
    const auto lines = static_cast<int>(std::count(form.text.begin(), form.text.end(), '\n')) + 1;
    if (statement.line > lines) form.text.append(static_cast<std::size_t>(statement.line - lines), '\n');
    form.text += *text + ";";
    form.statements.push_back(statement);
  }
  return form;
}

}  // namespace tenure::schemas
