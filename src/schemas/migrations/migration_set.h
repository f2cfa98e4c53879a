#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/migrations/statements.h"

namespace tenure::schemas {

/// Which schemas a migration is for: the one that all tenants share, or each tenant's own.
enum class Scope { shared, tenant };

std::string_view to_string(Scope scope);

/// One file of SQL.
struct Script {
  std::filesystem::path file;
  std::string text;
  std::vector<Statement> statements;  ///< at least one
  /// False after the line "-- tenure: no-transaction" at the top of the file: each statement commits by itself.
  bool is_transactional = true;
};

/// One step in the history of a schema: 0007_quotes.sql, and the way back in 0007_quotes.down.sql where there is one.
struct Migration {
  int number = 0;
  std::string name;      ///< "quotes"
  std::string checksum;  ///< of `up`, whose line ends do not matter; 64 hexadecimal digits
  Script up;
  std::optional<Script> down;
};

/// The migrations of one scope: 1, 2, 3 … without a gap. A value.
class MigrationSet {
 public:
  MigrationSet() = default;
  explicit MigrationSet(std::vector<Migration> migrations);

  const std::vector<Migration>& all() const { return migrations_; }
  bool empty() const { return migrations_.empty(); }
  int last() const { return static_cast<int>(migrations_.size()); }
  /// @param number from 1 to last().
  const Migration& at(int number) const { return migrations_.at(static_cast<std::size_t>(number) - 1); }
  /// What identifies a history of exactly the first `count` migrations; empty for none.
  const std::string& history(int count) const { return histories_.at(static_cast<std::size_t>(count)); }

 private:
  std::vector<Migration> migrations_;
  std::vector<std::string> histories_{std::string()};
};

/// Reads {folder}/shared or {folder}/tenant; a folder that is not there holds no migrations, unless neither is.
/// Only names are looked at that end in ".sql". @throws Error(invalid_argument) with every problem, each as
/// "file[:line]: what is wrong": a name that is not 0001_name.sql, a number that is missing or there twice, a way back
/// without a way there, a file that cannot be read or is not UTF-8 text, statements that have no place in a migration.
MigrationSet read_migrations(const std::filesystem::path& folder, Scope scope);

}  // namespace tenure::schemas
