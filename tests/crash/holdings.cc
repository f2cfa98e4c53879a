#include "tests/crash/holdings.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <numeric>
#include <sstream>

#include "tests/crash/plain_sql.h"

namespace tenure::crash {
namespace {

namespace fs = std::filesystem;

// The column that says whose a row is; NULL where nothing does.
constexpr const char* kListTables = R"(
  SELECT format('%I.%I', n.nspname, c.relname), n.nspname,
         CASE WHEN n.nspname = 'tenancy' AND c.relname = 'tenants' THEN 'id'
              ELSE (SELECT a.attname FROM pg_attribute a
                    WHERE a.attrelid = c.oid AND NOT a.attisdropped AND a.attname IN ('mark', 'tenant_id')
                    ORDER BY a.attname LIMIT 1) END
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'tenure', 'testing')
    AND n.nspname NOT LIKE 'pg\_%'
  ORDER BY 1)";

/// When the program last touched a record of its own is no part of what a tenant has.
std::string row_text(const std::string& schema) {
  return schema == "tenancy" ? "(to_jsonb(r) - 'updated_at')::text" : "r::text";
}

void add_rows(Holdings& holdings, const std::string& service, const std::string& url,
              const std::vector<std::string>& tenants, bool is_theirs) {
  PlainSql session(url);
  session.run("BEGIN ISOLATION LEVEL REPEATABLE READ");
  for (const auto& table : session.rows(kListTables)) {
    const auto owned = table[2] ? fmt::format("(r.\"{}\"::text = ANY ($1::text[])) IS TRUE", *table[2])
                                : "false AND $1::text[] IS NULL";
    const auto rows = session.rows(fmt::format("SELECT md5({}), count(*) FROM ONLY {} AS r WHERE {}({}) GROUP BY 1",
                                               row_text(*table[1]), *table[0], is_theirs ? "" : "NOT ", owned),
                                   {array_of(tenants)});
    for (const auto& row : rows) holdings[service + "/" + *table[0]][*row[0]] += std::stoi(*row[1]);
  }
}

std::string digest_of(const fs::path& file, const std::string& name) {
  struct stat status {};
  ::stat(file.c_str(), &status);
  std::ostringstream text;
  text << name << '\n' << (status.st_mode & 07777U) << '\n' << std::ifstream(file, std::ios::binary).rdbuf();
  return fmt::format("{:016x}", std::hash<std::string>()(text.str()));
}

void add_files(Holdings& holdings, const std::string& service, const fs::path& root,
               const std::vector<std::string>& tenants, bool are_theirs) {
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const auto name = fs::relative(entry.path(), root).string();
    // The program's own notes about what it erased.
    if (entry.is_directory() || name.starts_with(".tenure/")) continue;
    const bool is_theirs =
        std::ranges::any_of(tenants, [&](const std::string& tenant) { return name.find(tenant) != std::string::npos; });
    if (is_theirs == are_theirs) holdings[service + "/files"][digest_of(entry.path(), name)] += 1;
  }
}

Holdings look(const Places& places, const std::vector<std::string>& tenants, bool are_theirs) {
  Holdings holdings;
  for (const auto& [service, url] : places.databases) add_rows(holdings, service, url, tenants, are_theirs);
  for (const auto& [service, root] : places.folders) add_files(holdings, service, root, tenants, are_theirs);
  return holdings;
}

int sum(const std::map<std::string, int>& counts) {
  return std::accumulate(counts.begin(), counts.end(), 0,
                         [](int total, const auto& one) { return total + one.second; });
}

/// How many of `some` are not among `others`.
int missing_from(const std::map<std::string, int>& others, const std::map<std::string, int>& some) {
  int missing = 0;
  for (const auto& [digest, count] : some) {
    const auto found = others.find(digest);
    missing += std::max(0, count - (found == others.end() ? 0 : found->second));
  }
  return missing;
}

}  // namespace

Holdings holdings_of(const Places& places, const std::vector<std::string>& tenants) {
  return look(places, tenants, true);
}

Holdings holdings_beside(const Places& places, const std::vector<std::string>& tenants) {
  return look(places, tenants, false);
}

std::vector<std::string> differences(const Holdings& before, const Holdings& after) {
  std::vector<std::string> found;
  auto all = before;
  all.insert(after.begin(), after.end());
  for (const auto& [place, unused] : all) {
    const auto was = before.contains(place) ? before.at(place) : std::map<std::string, int>();
    const auto is = after.contains(place) ? after.at(place) : std::map<std::string, int>();
    const int gone = missing_from(is, was);
    const int fresh = missing_from(was, is);
    if (gone > 0 || fresh > 0) found.push_back(fmt::format("{}: {} missing, {} new", place, gone, fresh));
  }
  return found;
}

int total_of(const Holdings& holdings) {
  int total = 0;
  for (const auto& [place, counts] : holdings) total += sum(counts);
  return total;
}

int count_in(const Holdings& holdings, const std::string& place) {
  const auto found = holdings.find(place);
  return found == holdings.end() ? 0 : sum(found->second);
}

}  // namespace tenure::crash
