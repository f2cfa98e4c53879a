#include "estate/isolation_section.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "estate/notation.h"
#include "estate/row_security_section.h"

namespace tenure::estate {
namespace {

constexpr std::array<std::string_view, 4> kOwnSpaceKeys{"prefix", "reference", "ready", "users"};
// What there is for schemas alone, so far.
constexpr std::array<std::string_view, 2> kSchemaKeys{"migrations", "ready"};
// Of PostgreSQL's and of Tenure's own.
constexpr std::array<std::string_view, 5> kTakenSchemas{"information_schema", "tenure", kTenancySchema, "identity",
                                                        "super_tenant"};
// Every server has them.
constexpr std::array<std::string_view, 3> kTakenDatabases{"postgres", "template0", "template1"};
// Leaves room in a database's name for what tells tenants apart.
constexpr std::size_t kLongestDefault = 24;

/// The names of databases are the server's, on which other services may have theirs.
void name_after(Isolation& isolation, const Value& value, const std::string& service, const Fields& fields) {
  isolation.prefix = service + "_";
  isolation.reference = service + "_reference";
  if (service.size() <= kLongestDefault || (fields.has("prefix") && fields.has("reference"))) return;
  value.problem("needs a prefix and a reference, since the service's name is too long to make them of it");
}

void read_reference(Isolation& isolation, const Value& value, const std::vector<std::string>& schemas) {
  set(isolation.reference, &value, is_schema_prefix, "a name: at most 31 of a-z, 0-9 and _, no digit first, no pg_");
  const auto is_it = [&](std::string_view name) { return name == isolation.reference; };
  if (isolation.model == IsolationModel::database) {
    if (std::any_of(kTakenDatabases.begin(), kTakenDatabases.end(), is_it)) {
      value.problem("is the name of a database with another use");
    }
  } else if (std::any_of(kTakenSchemas.begin(), kTakenSchemas.end(), is_it)) {
    value.problem("is the name of a schema with another use");
  } else if (std::any_of(schemas.begin(), schemas.end(), is_it)) {
    value.problem("holds tables that all tenants share, by `schemas`");
  }
}

}  // namespace

Isolation read_isolation(const Value& value, const std::string& service, const std::vector<std::string>& schemas) {
  const Fields fields(value, {"model", "migrations", "prefix", "reference", "ready", "users", "row_security"});
  Isolation isolation{.line = value.line()};
  if (const auto* model = fields.require("model")) {
    if (const auto chosen = model->choice<IsolationModel>({{"rows", IsolationModel::rows},
                                                           {"schema", IsolationModel::schema},
                                                           {"database", IsolationModel::database}})) {
      isolation.model = *chosen;
    }
  }
  if (isolation.model == IsolationModel::database) name_after(isolation, value, service, fields);
  set(isolation.migrations, fields.find("migrations"), &Value::file_path);
  if (schemas.front() == kTenancySchema) {
    value.problem("needs another schema than tenancy to come first in `schemas`: that is where shared migrations go");
  }
  set(isolation.prefix, fields.find("prefix"), is_schema_prefix,
      "the beginning of a name: at most 31 of a-z, 0-9 and _, no digit first, no pg_");
  if (const auto* reference = fields.find("reference")) read_reference(isolation, *reference, schemas);
  set(isolation.ready, fields.find("ready"), &Value::small_count);
  if (const auto* users = fields.find("users")) {
    isolation.has_no_users = users->choice<bool>({{"none", true}}).value_or(false);
  }
  if (const auto* row_security = fields.find("row_security")) {
    isolation.row_security = read_row_security(*row_security);
    if (isolation.model != IsolationModel::rows) row_security->problem("only tenants that share tables have this");
  }
  if (isolation.model == IsolationModel::database) {
    for (const auto key : kSchemaKeys) {
      if (const auto* own = fields.find(key)) own->problem("is not for tenants with a database each");
    }
  }
  if (isolation.model != IsolationModel::rows) return isolation;
  for (const auto key : kOwnSpaceKeys) {
    if (const auto* own = fields.find(key)) own->problem("only tenants with a schema or a database each have this");
  }
  return isolation;
}

}  // namespace tenure::estate
