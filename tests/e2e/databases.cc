#include "tests/e2e/databases.h"

#include <fmt/format.h>

#include <algorithm>

namespace tenure::e2e {

pg::Sql sql_of_test(std::string_view text) { return pg::Sql::script_from_operator(std::string(text)); }

std::string Databases::url(std::string_view database) const { return fmt::format("{} dbname={}", server_, database); }

pg::Connection Databases::connect(std::string_view database) const {
  return pg::Connection::open(pg::ConnectionSettings::parse(url(database)));
}

void Databases::create(const std::string& database) const {
  connect("postgres").run_script(sql_of_test("CREATE DATABASE " + database + " TEMPLATE template0"));
}

void Databases::run(const std::string& database, std::string_view script) {
  session(database).run_script(sql_of_test(script));
}

std::string Databases::value(const std::string& database, std::string_view query) {
  const auto rows = session(database).exec(sql_of_test(query));
  return rows.empty() ? "no row" : rows.optional_text(0, 0).value_or("NULL");
}

std::int64_t Databases::count(const std::string& database, std::string_view table, std::string_view where) {
  return std::stoll(value(database, fmt::format("SELECT count(*) FROM {} AS r WHERE {}", table, where)));
}

std::string Databases::digest(const std::string& database, std::string_view table, std::string_view where) {
  return value(database,
               fmt::format("SELECT md5(coalesce(string_agg(h, '' ORDER BY h), '')) FROM (SELECT md5(r::text) AS h "
                           "FROM {} AS r WHERE {}) AS hashes",
                           table, where));
}

void Databases::wait_until(const std::string& database, std::string_view condition) {
  // In the database, so that this is one call that blocks and not a poll.
  run(database, fmt::format("DO $wait$ BEGIN FOR i IN 1..1200 LOOP IF {} THEN RETURN; END IF; PERFORM pg_sleep(0.05); "
                            "END LOOP; RAISE 'in vain'; END $wait$",
                            condition));
}

// The one that was not used for longest goes; fewer than this are ever used together.
pg::Connection& Databases::session(const std::string& database) {
  constexpr std::size_t kMost = 24;
  auto found = sessions_.find(database);
  if (found == sessions_.end()) {
    if (sessions_.size() == kMost) {
      sessions_.erase(std::min_element(sessions_.begin(), sessions_.end(), [](const auto& one, const auto& other) {
        return one.second.last_use < other.second.last_use;
      }));
    }
    found = sessions_.emplace(database, Session{connect(database)}).first;
  }
  found->second.last_use = ++uses_;
  return found->second.connection;
}

}  // namespace tenure::e2e
