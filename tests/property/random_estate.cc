#include "tests/property/random_estate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <rapidcheck.h>

namespace tenure::test {
namespace {

constexpr std::size_t kTenants = 3;

// At the full size always: a small size would make every range, and with it every chance, a small one.
template <class Number>
Number draw_in(Number from, Number to) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<Number>(from, to));
}

std::size_t draw_below(std::size_t limit) { return draw_in<std::size_t>(0, limit); }

bool draw_chance(int percent) { return draw_in(0, 100) < percent; }

std::string key_columns(const RandomTable& parent, std::size_t key) {
  return parent.has_composite_key ? fmt::format("k{0}_part, k{0}_id", key) : fmt::format("k{}_id", key);
}

std::string reference(std::size_t table, std::size_t key) { return fmt::format("t{}_k{}", table, key); }

// Composite keys have a part that depends on the row, so that no two of its values can be mixed up.
std::size_t part_of(std::size_t row) { return row % 3; }

std::string literal(const std::optional<std::size_t>& value) { return value ? std::to_string(*value) : "NULL"; }

}  // namespace

RandomEstate RandomEstate::draw() {
  RandomEstate estate;
  estate.draw_tables();
  estate.draw_keys();
  estate.draw_rows();
  return estate;
}

void RandomEstate::draw_tables() {
  tables_.resize(2 + draw_below(6));
  for (std::size_t at = 0; at < tables_.size(); ++at) {
    auto& table = tables_[at];
    const auto part = draw_in(0, 10);
    table.part = at == 0 || part < 5 ? RandomTable::Part::direct
                 : part < 9          ? RandomTable::Part::through
                                     : RandomTable::Part::kept;
    table.has_composite_key = draw_chance(30);
    table.is_partitioned = draw_chance(15);
    table.keeps_system_rows = table.part != RandomTable::Part::kept && draw_chance(15);
    table.tenant_is_text = draw_chance(20);
  }
}

void RandomEstate::draw_keys() {
  for (std::size_t at = 0; at < tables_.size(); ++at) {
    auto& table = tables_[at];
    const auto draw_key = [&](std::size_t parent, bool is_owner) {
      RandomKey key{.parent = parent};
      key.is_nullable = !is_owner && draw_chance(60);
      static const std::vector<std::string> kAlways{"NO ACTION", "RESTRICT", "CASCADE"};
      static const std::vector<std::string> kNullable{"NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT"};
      const auto& actions = key.is_nullable ? kNullable : kAlways;
      key.on_delete = actions[draw_below(actions.size())];
      key.is_deferrable = draw_chance(25);
      key.is_indexed = draw_chance(70);
      key.has_rule = key.is_nullable && draw_chance(50);
      table.keys.push_back(key);
    };
    if (table.part == RandomTable::Part::through) {
      // The owner is an earlier table that is not kept, so that ownership always ends at a tenant column.
      std::size_t parent = draw_below(at);
      while (tables_[parent].part == RandomTable::Part::kept) parent = parent == 0 ? 0 : parent - 1;
      draw_key(parent, true);
    }
    for (auto more = draw_below(3); more > 0; --more) draw_key(draw_below(tables_.size()), false);
  }
}

void RandomEstate::draw_rows() {
  rows_.resize(tables_.size());
  std::vector<std::size_t> sizes(tables_.size());
  for (auto& size : sizes) size = 1 + draw_below(9);
  for (std::size_t table = 0; table < tables_.size(); ++table) {
    rows_[table].resize(sizes[table]);
    for (auto& row : rows_[table]) {
      if (!draw_chance(7)) row.tenant = draw_below(kTenants);
      row.is_system = draw_chance(20);
      row.targets.resize(tables_[table].keys.size());
      for (std::size_t key = 0; key < row.targets.size(); ++key) {
        const auto& random_key = tables_[table].keys[key];
        if (!random_key.is_nullable || draw_chance(60)) row.targets[key] = draw_below(sizes[random_key.parent]);
      }
    }
  }
  // Mostly clean data: most keys stay within a tenant, where the parent has a row of it; some cross over.
  for (std::size_t table = 0; table < tables_.size(); ++table) {
    if (draw_chance(40)) continue;
    for (auto& row : rows_[table]) {
      for (std::size_t key = 0; key < row.targets.size(); ++key) {
        if (!row.targets[key] || (key == 0 && tables_[table].part == RandomTable::Part::through)) continue;
        const auto parent = tables_[table].keys[key].parent;
        for (std::size_t candidate = 0; candidate < rows_[parent].size(); ++candidate) {
          const auto self = static_cast<std::size_t>(&row - rows_[table].data());
          bool is_same = true;
          for (std::size_t tenant = 0; tenant < kTenants; ++tenant) {
            is_same &= is_owned_by(table, self, tenant) == is_owned_by(parent, candidate, tenant);
          }
          if (is_same) row.targets[key] = candidate;
        }
      }
    }
  }
}

TenantId RandomEstate::tenant(std::size_t number) {
  return TenantId::parse(fmt::format("{0:08x}-0000-4000-8000-{0:012x}", number + 0xa0));
}

std::string RandomEstate::schema_script() const {
  std::string script;
  for (std::size_t at = 0; at < tables_.size(); ++at) {
    const auto& table = tables_[at];
    std::vector<std::string> columns{"id bigint NOT NULL"};
    if (table.has_composite_key) columns.push_back("part int NOT NULL");
    if (table.part == RandomTable::Part::direct)
      columns.push_back(table.tenant_is_text ? "tenant_id text" : "tenant_id uuid");
    columns.push_back("is_system boolean");
    columns.push_back("payload text NOT NULL");
    columns.push_back("payload_size int GENERATED ALWAYS AS (length(payload)) STORED");
    for (std::size_t key = 0; key < table.keys.size(); ++key) {
      const auto* null = table.keys[key].is_nullable ? "" : " NOT NULL";
      columns.push_back(fmt::format("k{}_id bigint{}", key, null));
      if (tables_[table.keys[key].parent].has_composite_key)
        columns.push_back(fmt::format("k{}_part int{}", key, null));
    }
    columns.push_back(table.has_composite_key ? "PRIMARY KEY (part, id)" : "PRIMARY KEY (id)");
    script += fmt::format("CREATE TABLE t{} ({}){};\n", at, fmt::join(columns, ", "),
                          table.is_partitioned ? " PARTITION BY HASH (id)" : "");
    if (table.is_partitioned) {
      for (int part = 0; part < 2; ++part) {
        script += fmt::format("CREATE TABLE t{0}_p{1} PARTITION OF t{0} FOR VALUES WITH (MODULUS 2, REMAINDER {1});\n",
                              at, part);
      }
    }
  }
  for (std::size_t at = 0; at < tables_.size(); ++at) {
    for (std::size_t key = 0; key < tables_[at].keys.size(); ++key) {
      const auto& random_key = tables_[at].keys[key];
      const auto& parent = tables_[random_key.parent];
      script += fmt::format("ALTER TABLE t{} ADD CONSTRAINT {} FOREIGN KEY ({}) REFERENCES t{} ({}) ON DELETE {}{};\n",
                            at, reference(at, key), key_columns(parent, key), random_key.parent,
                            parent.has_composite_key ? "part, id" : "id", random_key.on_delete,
                            random_key.is_deferrable ? " DEFERRABLE INITIALLY DEFERRED" : "");
      if (random_key.is_indexed) script += fmt::format("CREATE INDEX ON t{} ({});\n", at, key_columns(parent, key));
    }
  }
  return script;
}

std::string RandomEstate::rows_script() const {
  // As a replica would: the rows are consistent, but may be so only once all are there.
  std::string script = "SET session_replication_role = replica;\n";
  for (std::size_t at = 0; at < tables_.size(); ++at) {
    const auto& table = tables_[at];
    for (std::size_t number = 0; number < rows_[at].size(); ++number) {
      const auto& row = rows_[at][number];
      std::vector<std::string> names{"id", "is_system", "payload"};
      std::vector<std::string> values{std::to_string(number), row.is_system ? "true" : "NULL",
                                      fmt::format("'row {} of {}'", number, at)};
      if (table.has_composite_key) {
        names.push_back("part");
        values.push_back(std::to_string(part_of(number)));
      }
      if (table.part == RandomTable::Part::direct) {
        names.push_back("tenant_id");
        values.push_back(row.tenant ? fmt::format("'{}'", tenant(*row.tenant).str()) : "NULL");
      }
      for (std::size_t key = 0; key < row.targets.size(); ++key) {
        const auto& target = row.targets[key];
        names.push_back(fmt::format("k{}_id", key));
        values.push_back(literal(target));
        if (!tables_[table.keys[key].parent].has_composite_key) continue;
        names.push_back(fmt::format("k{}_part", key));
        values.push_back(target ? std::to_string(part_of(*target)) : "NULL");
      }
      script += fmt::format("INSERT INTO t{} ({}) VALUES ({});\n", at, fmt::join(names, ", "), fmt::join(values, ", "));
    }
  }
  return script;
}

estate::Database RandomEstate::rules() const {
  estate::Database rules;
  for (std::size_t at = 0; at < tables_.size(); ++at) {
    const auto& table = tables_[at];
    estate::TableRule rule{.table = table_name(at)};
    if (table.part == RandomTable::Part::kept) rule.keep_reason = "shared";
    if (table.part == RandomTable::Part::through) rule.through = {reference(at, 0)};
    if (table.keeps_system_rows) {
      rule.keep_rows = {{"is_system", "true"}};
      rule.keep_rows_reason = "shipped with the product";
    }
    rules.tables.push_back(std::move(rule));
    for (std::size_t key = 0; key < table.keys.size(); ++key) {
      if (table.keys[key].has_rule)
        rules.outside_rows.push_back({0, table_name(at), reference(at, key), estate::OutsideAction::set_null});
    }
  }
  return rules;
}

bool RandomEstate::is_owned_by(std::size_t table, std::size_t row, std::size_t tenant) const {
  const auto& random_table = tables_[table];
  const auto& random_row = rows_[table][row];
  if (random_table.keeps_system_rows && random_row.is_system) return false;
  switch (random_table.part) {
    case RandomTable::Part::direct:
      return random_row.tenant == tenant;
    case RandomTable::Part::through:
      return is_owned_by(random_table.keys[0].parent, *random_row.targets[0], tenant);
    case RandomTable::Part::kept:
      return false;
  }
  return false;
}

std::vector<RandomEstate::Outside> RandomEstate::outside_rows(std::size_t tenant) const {
  std::vector<Outside> outside;
  for (std::size_t table = 0; table < tables_.size(); ++table) {
    for (std::size_t row = 0; row < rows_[table].size(); ++row) {
      if (is_owned_by(table, row, tenant)) continue;
      for (std::size_t key = 0; key < tables_[table].keys.size(); ++key) {
        const auto& target = rows_[table][row].targets[key];
        if (target && is_owned_by(tables_[table].keys[key].parent, *target, tenant))
          outside.push_back({table, key, row});
      }
    }
  }
  return outside;
}

}  // namespace tenure::test
