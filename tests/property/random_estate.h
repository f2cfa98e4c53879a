#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "estate/estate.h"

namespace tenure::test {

/// A foreign key of a random table to another, or to itself.
struct RandomKey {
  std::size_t parent = 0;
  bool is_nullable = false;
  std::string on_delete;
  bool is_deferrable = false;
  bool is_indexed = false;
  bool has_rule = false;  ///< the estate says set_null for rows of others along it
};

struct RandomTable {
  enum class Part { direct, through, kept };
  Part part = Part::direct;  ///< through: along keys[0]
  bool has_composite_key = false;
  bool is_partitioned = false;
  bool keeps_system_rows = false;
  bool tenant_is_text = false;
  std::vector<RandomKey> keys;
};

/// A row: which tenant it names (direct tables), which rows its keys point at.
struct RandomRow {
  std::optional<std::size_t> tenant;
  bool is_system = false;
  std::vector<std::optional<std::size_t>> targets;  ///< by key: the position of a row in its parent table
};

/// A random schema with random rows, and an independent account of whose each row is: the oracle of the properties.
/// Cycles, self-references, composite keys, kept tables and rows of other tenants on either side of a key all occur.
class RandomEstate {
 public:
  /// Draws from RapidCheck's generators; call inside a property.
  static RandomEstate draw();

  std::string schema_script() const;
  std::string rows_script() const;
  estate::Database rules() const;

  static TenantId tenant(std::size_t number);
  static std::string table_name(std::size_t table) { return "t" + std::to_string(table); }

  bool is_owned_by(std::size_t table, std::size_t row, std::size_t tenant) const;
  /// Rows that an erasure of the tenant would leave dangling, change or take along: (key, table, row).
  struct Outside {
    std::size_t table;
    std::size_t key;
    std::size_t row;
  };
  std::vector<Outside> outside_rows(std::size_t tenant) const;

  const std::vector<RandomTable>& tables() const { return tables_; }
  const std::vector<std::vector<RandomRow>>& rows() const { return rows_; }

 private:
  void draw_tables();
  void draw_keys();
  void draw_rows();

  std::vector<RandomTable> tables_;
  std::vector<std::vector<RandomRow>> rows_;
};

}  // namespace tenure::test
