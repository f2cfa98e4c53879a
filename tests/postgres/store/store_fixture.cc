#include "tests/postgres/store/store_fixture.h"

#include <fmt/format.h>

namespace tenure::test {

StoreDatabase::StoreDatabase(std::string_view schema, Role role) : role_(role) {
  database_.run(filled(schema));
  if (role_ == Role::skips_triggers) return;
  database_.run(
      "DO $do$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'service') THEN CREATE ROLE service LOGIN; "
      "END IF; END $do$; "
      "DO $do$ DECLARE s text; BEGIN FOR s IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> "
      "'information_schema' LOOP EXECUTE format('GRANT ALL ON SCHEMA %1$I TO service; GRANT ALL ON ALL TABLES IN "
      "SCHEMA "
      "%1$I TO service; GRANT ALL ON ALL SEQUENCES IN SCHEMA %1$I TO service', s); END LOOP; END $do$; "
      "GRANT CREATE ON DATABASE " +
      database_.name() + " TO service");
}

pg::ConnectionSettings StoreDatabase::settings() const {
  return role_ == Role::plain ? database_.settings().with("user", "service") : database_.settings();
}

store::PostgresStore StoreDatabase::store(estate::Database rules) const {
  return store::PostgresStore(store_settings(std::move(rules)));
}

store::PostgresStoreSettings StoreDatabase::store_settings(estate::Database rules) const {
  return {.service = "shop",
          .connection = settings(),
          .rules = std::move(rules),
          .tenant_column = "tenant_id",
          .last_tables = {"audit_logs"},
          .pseudonym_key = Secret("a key of the tests")};
}

std::string StoreDatabase::bytes_of(std::string_view table, std::string_view where) const {
  return value(
      fmt::format("SELECT coalesce(md5(string_agg(h, '' ORDER BY h)), 'empty') FROM (SELECT md5(record_send(r)) "
                  "AS h FROM {} AS r WHERE {}) AS hashes",
                  table, where));
}

std::int64_t StoreDatabase::rows(std::string_view table) const {
  return std::stoll(database_.value("SELECT count(*) FROM " + std::string(table)));
}

std::string StoreDatabase::filled(std::string_view text) {
  std::string filled(text);
  const auto replace = [&](std::string_view what, const std::string& with) {
    for (auto at = filled.find(what); at != std::string::npos; at = filled.find(what, at))
      filled.replace(at, what.size(), with);
  };
  replace("$T", "'" + kTenant.str() + "'");
  replace("$N", "'" + kNeighbour.str() + "'");
  return filled;
}

std::string text_of(const Error& error) {
  std::string text = error.what();
  for (const auto& problem : error.problems()) text += "\n" + problem;
  return text;
}

}  // namespace tenure::test
