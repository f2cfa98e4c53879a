#include <fmt/format.h>

#include "base/error.h"
#include "bench/benchmarks.h"
#include "bench/one_database.h"
#include "pg/copy.h"

namespace tenure::bench {
namespace {

void require(std::int64_t rows, int expected) {
  if (rows != expected) throw Error(ErrorCode::internal, fmt::format("{} rows instead of {}", rows, expected));
}

Comparison erasure(OneDatabase& shop, const Scale& scale, const std::string& variant, const std::string& role,
                   int rows) {
  Comparison comparison{.name = "erase with archive, " + variant, .target = 1.3};
  const auto reset = [&] { shop.reset(); };
  measure_pairs(comparison, scale.pairs, {reset, [&] { require(shop.erase_into_archive(role), rows); }},
                {reset, [&] { require(shop.erase(role), rows); }});
  return comparison;
}

/// Replaces triggers where the role may, as Tenure does, without its checks.
void begin_bare(pg::Connection& connection, const std::string& role) {
  using pg::operator""_sql;
  connection.exec("BEGIN"_sql);
  if (role == kSuperuser) connection.exec("SET LOCAL session_replication_role = replica"_sql);
}

/// What of it is PostgreSQL's own: the same rows out of their DELETE, thrown away, and nothing checked.
Comparison bare_delete(OneDatabase& shop, const Scale& scale, const std::string& variant, const std::string& role,
                       int rows) {
  using pg::operator""_sql;
  Comparison comparison{.name = "erase with archive, bare COPY, " + variant};
  const auto reset = [&] { shop.reset(); };
  const auto erase = [&] {
    auto connection = shop.connect(role);
    std::int64_t deleted = 0;
    begin_bare(connection, role);
    for (
        const auto& copy :
        {"COPY (DELETE FROM order_items AS i USING orders AS o WHERE o.id = i.order_id AND o.tenant_id = "
         "'11111111-1111-4111-8111-111111111111' RETURNING i.*) TO STDOUT"_sql,
         "COPY (DELETE FROM order_status_history AS h USING orders AS o WHERE o.id = h.order_id AND o.tenant_id = "
         "'11111111-1111-4111-8111-111111111111' RETURNING h.*) TO STDOUT"_sql,
         "COPY (DELETE FROM orders WHERE tenant_id = '11111111-1111-4111-8111-111111111111' RETURNING *) TO STDOUT"_sql,
         "COPY (DELETE FROM customers WHERE tenant_id = '11111111-1111-4111-8111-111111111111' RETURNING *) "
         "TO STDOUT"_sql}) {
      pg::CopyOut out(connection, copy);
      while (out.next()) continue;
      deleted += out.rows();
    }
    connection.exec("COMMIT"_sql);
    require(deleted, rows);
  };
  measure_pairs(comparison, scale.pairs, {reset, [&] { require(shop.erase_into_archive(role), rows); }},
                {reset, erase});
  return comparison;
}

Comparison restoration(OneDatabase& shop, const Scale& scale, const std::string& variant, const std::string& role,
                       int rows) {
  Comparison comparison{.name = "restore, " + variant, .target = 2};
  const auto erased = [&] {
    shop.reset();
    shop.erase_into_archive(role);
  };
  measure_pairs(comparison, scale.pairs, {erased, [&] { require(shop.restore(role), rows); }},
                {[&] { shop.reset(); }, [&] { require(shop.erase_into_archive(role), rows); }});
  return comparison;
}

struct TableRows {
  pg::Sql copy_out;
  pg::Sql copy_in;
  std::string rows = {};
};

/// The tenant's rows as COPY writes them, parents first.
std::vector<TableRows> read_rows(const OneDatabase& shop) {
  using pg::operator""_sql;
  std::vector<TableRows> tables{
      {"COPY (SELECT * FROM customers WHERE tenant_id = '11111111-1111-4111-8111-111111111111') TO STDOUT"_sql,
       "COPY customers FROM STDIN"_sql},
      {"COPY (SELECT * FROM orders WHERE tenant_id = '11111111-1111-4111-8111-111111111111') TO STDOUT"_sql,
       "COPY orders FROM STDIN"_sql},
      {"COPY (SELECT i.* FROM order_items AS i JOIN orders AS o ON o.id = i.order_id WHERE "
       "o.tenant_id = '11111111-1111-4111-8111-111111111111') TO STDOUT"_sql,
       "COPY order_items FROM STDIN"_sql},
      {"COPY (SELECT h.* FROM order_status_history AS h JOIN orders AS o ON o.id = h.order_id WHERE "
       "o.tenant_id = '11111111-1111-4111-8111-111111111111') TO STDOUT"_sql,
       "COPY order_status_history FROM STDIN"_sql}};
  shop.reset();
  auto connection = shop.connect(kSuperuser);
  for (auto& table : tables) {
    pg::CopyOut rows(connection, table.copy_out);
    while (const auto row = rows.next()) table.rows += *row;
  }
  return tables;
}

/// What of it is PostgreSQL's own: the same rows by COPY from memory, under the same triggers, and nothing checked.
Comparison bare_copy(OneDatabase& shop, const Scale& scale, const std::string& variant, const std::string& role,
                     int rows) {
  using pg::operator""_sql;
  Comparison comparison{.name = "restore, bare COPY, " + variant};
  const auto tables = read_rows(shop);
  const auto erased = [&] {
    shop.reset();
    shop.erase_into_archive(role);
  };
  const auto copy = [&] {
    auto connection = shop.connect(role);
    std::int64_t copied = 0;
    begin_bare(connection, role);
    for (const auto& table : tables) {
      pg::CopyIn in(connection, table.copy_in);
      in.put(table.rows);
      copied += in.finish();
    }
    connection.exec("COMMIT"_sql);
    require(copied, rows);
  };
  measure_pairs(comparison, scale.pairs, {erased, [&] { require(shop.restore(role), rows); }}, {erased, copy});
  return comparison;
}

}  // namespace

std::vector<Comparison> archived_erasure(const Server& server, const Scale& scale) {
  const int rows = scale.rows(250'000);
  OneDatabase shop(server, "shop", rows);
  return {erasure(shop, scale, "plain role", kPlainRole, rows),
          erasure(shop, scale, "may skip triggers", kSuperuser, rows),
          bare_delete(shop, scale, "plain role", kPlainRole, rows),
          bare_delete(shop, scale, "may skip triggers", kSuperuser, rows),
          restoration(shop, scale, "plain role", kPlainRole, rows),
          restoration(shop, scale, "may skip triggers", kSuperuser, rows),
          bare_copy(shop, scale, "plain role", kPlainRole, rows),
          bare_copy(shop, scale, "may skip triggers", kSuperuser, rows)};
}

}  // namespace tenure::bench
