#pragma once

#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "estate/estate.h"
#include "pg/sql.h"

namespace tenure::store {

/// The small parts that statements of a plan are made of. A row source is called t<alias>.

void add_table(pg::SqlBuilder& sql, const catalog::TableName& name);
/// A table as a row source. ONLY keeps the children of an inheriting table out: they are tables of their own in a plan.
void add_source(pg::SqlBuilder& sql, const catalog::TableName& name, bool is_partitioned, int alias);
void add_column(pg::SqlBuilder& sql, int alias, const std::string& column);
/// "a", "b"
void add_names(pg::SqlBuilder& sql, const std::vector<std::string>& columns);
/// t0."a", t0."b"
void add_columns(pg::SqlBuilder& sql, int alias, const std::vector<std::string>& columns);
/// Columns with these values, joined by AND.
void add_condition(pg::SqlBuilder& sql, const estate::Condition& condition, int alias);
/// Columns equal to those of another source, joined by AND; as text where the two sides are of different types.
void add_key_match(pg::SqlBuilder& sql, const std::vector<std::string>& columns, int alias,
                   const std::vector<std::string>& parent_columns, int parent_alias, bool as_text = false);

}  // namespace tenure::store
