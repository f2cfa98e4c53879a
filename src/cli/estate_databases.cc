#include "cli/estate_databases.h"

#include <fmt/format.h>

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/error.h"
#include "pg/connection.h"

namespace tenure::cli {
namespace {

constexpr std::string_view kControlDatabase = "control";

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) throw Error(ErrorCode::invalid_argument, path.string() + ": cannot be read");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

AssemblySettings assembly_settings(const Options& options) {
  return {.estate_file = options.estate,
          .embedded = options.embedded,
          .state = options.state,
          .environment = options.environment};
}

std::optional<std::string> environment_variable(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

std::string prefix_of_environment(std::string_view environment) {
  std::string prefix;
  for (const char letter : environment) {
    const auto upper = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    const bool is_letter = upper >= 'A' && upper <= 'Z';
    if (!is_letter && (prefix.empty() || (upper != '_' && (upper < '0' || upper > '9')))) {
      throw Error(ErrorCode::invalid_argument, "environment: not a word such as dev, uat or prod");
    }
    prefix += upper;
  }
  return prefix;
}

EstateDatabases::EstateDatabases(const AssemblySettings& settings)
    : environment_prefix_(prefix_of_environment(settings.environment)),
      estate_file_(settings.estate_file),
      estate_(estate::read_estate(
          settings.estate_file, pg::variables_of_environment(environment_variable, environment_prefix_),
          settings.embedded ? estate::DatabaseSource::embedded : estate::DatabaseSource::urls)) {
  if (settings.embedded) start_cluster(settings.state);
}

void EstateDatabases::start_cluster(const std::filesystem::path& state) {
  cluster_ = pg::EmbeddedCluster::start({.directory = state / "postgres"});
  ensure_embedded_database(std::string(kControlDatabase), estate_.control_schema_file);
  for (const auto& service : estate_.services) {
    if (const auto* database = std::get_if<estate::Database>(&service.source)) {
      ensure_embedded_database(service.name, database->schema_file);
    }
  }
}

// The database's comment is set in the transaction that fills it: without it, an earlier start was killed half way.
void EstateDatabases::ensure_embedded_database(const std::string& name,
                                               const std::optional<std::filesystem::path>& schema_file) {
  using pg::operator""_sql;
  cluster_->ensure_database(name);
  if (!schema_file) return;
  auto connection = pg::Connection::open(cluster_->database(name));
  const auto comment = connection.exec(
      "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"_sql);
  if (comment.optional_text(0, 0) == "schema_file applied") return;
  try {
    pg::SqlBuilder script;
    script << pg::Sql::script_from_operator(read_file(*schema_file)) << "\n;COMMENT ON DATABASE "
           << pg::Identifier(name) << " IS 'schema_file applied'";
    connection.run_script(script.build());
  } catch (const Error& error) {
    throw Error(ErrorCode::invalid_argument, fmt::format("{}: {}", schema_file->string(), error.what()));
  }
}

pg::ConnectionSettings EstateDatabases::of(const estate::Service& service, const estate::Database& database) const {
  if (cluster_) return cluster_->database(service.name);
  const auto field = fmt::format("{}:{}: services.{}.database", estate_file_.string(), database.line, service.name);
  return pg::ConnectionSettings::parse(database.url.reveal(), field);
}

pg::ConnectionSettings EstateDatabases::control() const {
  if (cluster_) return cluster_->database(kControlDatabase);
  if (!estate_.control_url.empty()) {
    return pg::ConnectionSettings::parse(estate_.control_url.reveal(), estate_file_.string() + ": control.database");
  }
  return pg::ConnectionSettings::from_environment(environment_variable, environment_prefix_);
}

}  // namespace tenure::cli
