#include "estate/service_section.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "estate/isolation_section.h"
#include "estate/notation.h"
#include "estate/relations.h"
#include "estate/table_rules.h"
#include "estate/url.h"

namespace tenure::estate {
namespace {

constexpr std::array<std::string_view, 3> kSources{"database", "url", "directory"};
constexpr std::array<std::string_view, 8> kDatabaseKeys{"schema_file",  "schemas",  "tables",       "references",
                                                        "outside_rows", "triggers", "side_effects", "isolation"};

const std::vector<std::string_view>& service_keys() {
  static const auto keys = [] {
    std::vector<std::string_view> all{"prefix"};
    all.insert(all.end(), kSources.begin(), kSources.end());
    all.insert(all.end(), kDatabaseKeys.begin(), kDatabaseKeys.end());
    all.insert(all.end(), {"timeout", "user_path", "via", "archives"});
    return all;
  }();
  return keys;
}

std::vector<std::string> read_schemas(const Value& value, bool holds_managed_tenants) {
  std::vector<std::string> schemas;
  const auto items = value.items();
  if (value.is_list() && items.empty()) value.problem("must name at least one schema");
  for (const auto& item : items) {
    auto schema = item.text_that(is_name, "the name of a schema");
    if (!schema) continue;
    if (std::find(schemas.begin(), schemas.end(), *schema) != schemas.end()) {
      item.problem("is there twice");
    } else if (*schema == kTenancySchema && !holds_managed_tenants && value.reading().managed_tenants_service) {
      item.problem("is the schema of managed tenants, which only the service named by tenants.service has");
    } else {
      schemas.push_back(std::move(*schema));
    }
  }
  return schemas;
}

Database read_database(const Fields& fields, const std::string& service) {
  const auto& url = *fields.find("database");
  Database database{.url = read_database_url(url), .line = url.line()};
  if (const auto* value = fields.find("schema_file")) database.schema_file = read_schema_file(*value);
  const bool holds_managed_tenants = url.reading().managed_tenants_service == service;
  // A database that is migrated has tables of its own; to others nothing but managed tenants need belong.
  if (holds_managed_tenants && !fields.has("isolation")) database.schemas = {std::string(kTenancySchema)};
  if (const auto* value = fields.find("schemas")) {
    if (auto schemas = read_schemas(*value, holds_managed_tenants); !schemas.empty())
      database.schemas = std::move(schemas);
  }
  if (const auto* value = fields.find("tables")) {
    database.tables = read_table_rules(*value, database.schemas.front());
  }
  if (const auto* value = fields.find("references")) database.references = read_references(*value);
  if (const auto* value = fields.find("outside_rows")) database.outside_rows = read_outside_rules(*value);
  if (const auto* value = fields.find("triggers")) database.triggers = read_trigger_rules(*value);
  if (const auto* value = fields.find("side_effects")) database.side_effects = value->tables();
  if (const auto* value = fields.find("isolation")) {
    database.isolation = read_isolation(*value, service, database.schemas);
  }
  return database;
}

Remote read_remote(const Value& value) {
  Remote remote;
  if (auto url = value.text()) {
    // The URL itself is not quoted: one with a user in it holds a password as well.
    if (const auto what = problem_of_url(*url); !what.empty()) value.problem(what);
    remote.url = std::move(*url);
  }
  return remote;
}

Directory read_directory(const Value& value) {
  Directory directory;
  set(directory.root, &value, &Value::file_path);
  return directory;
}

void check_sources(const Fields& fields) {
  const auto given = std::count_if(kSources.begin(), kSources.end(), [&](auto key) { return fields.has(key); });
  if (given > 1) fields.map().problem("must have one of database, url and directory, not several");
  if (given == 0 && fields.map().is_map()) fields.map().problem("needs one of database, url and directory");
  if (const auto* archives = fields.find("archives"); archives != nullptr && !fields.has("url")) {
    archives->problem("only a service with a url is asked; the others do where the estate has an archive");
  }
  if (given == 0 || fields.has("database")) return;
  for (const auto key : kDatabaseKeys) {
    if (const auto* value = fields.find(key)) value->problem("only a service with a database has this");
  }
}

Via read_via(const Value& value) {
  const auto text = value.text();
  if (!text || *text == "direct") return Direct{};
  if (*text == "event") return OverBroker{};
  if (!text->starts_with("http://") && !text->starts_with("https://")) {
    value.problem("must be direct, event, or the URL of the process that holds the data");
  } else if (const auto what = problem_of_url(*text); !what.empty()) {
    value.problem(what);
  }
  return OverHttp{*text};
}

void read_user_path(Service& service, const Value& value) {
  set(service.user_path, &value, is_route_path, "a path of lower-case words, such as models/user");
  if (service.user_path == "tenant") value.problem("tenant is the path of the tenant's own routes");
}

}  // namespace

Secret read_database_url(const Value& value) {
  const bool is_embedded = value.reading().source == DatabaseSource::embedded;
  const Variables placeholder = [](std::string_view) { return std::optional<std::string>("embedded"); };
  auto url = value.text(is_embedded ? placeholder : value.reading().variables);
  return is_embedded || !url ? Secret() : Secret(std::move(*url));
}

std::optional<std::filesystem::path> read_schema_file(const Value& value) {
  auto file = value.file_path();
  if (!file || value.reading().source != DatabaseSource::embedded) return file;
  std::error_code error;
  if (!std::filesystem::exists(*file, error)) {
    value.problem("there is no such file");
  } else if (!std::filesystem::is_regular_file(*file, error)) {
    value.problem("is not a file");
  } else if (::access(file->c_str(), R_OK) != 0) {
    value.problem("the file cannot be read");
  }
  return file;
}

Service read_service(const Value::Entry& entry) {
  const Fields fields(entry.value, service_keys());
  Service service{.name = entry.key, .prefix = entry.key, .line = entry.value.line()};
  service.timeout = entry.value.reading().default_timeout;
  if (!is_service_name(entry.key)) {
    entry.value.problem("is not a name for a service: a small letter, then at most 62 of a-z, 0-9 and _");
  }
  check_sources(fields);
  set(service.prefix, fields.find("prefix"), is_prefix,
      "a prefix: a small letter, then at most 62 of a-z, 0-9, _ and -");
  set(service.timeout, fields.find("timeout"), &Value::duration);
  if (const auto* value = fields.find("user_path")) read_user_path(service, *value);
  if (const auto* value = fields.find("via")) {
    if (fields.has("url")) value->problem("a service with a url is reached by that");
    service.via = read_via(*value);
  }
  if (fields.has("database")) {
    service.source = read_database(fields, entry.key);
  } else if (const auto* url = fields.find("url")) {
    auto remote = read_remote(*url);
    set(remote.archives, fields.find("archives"), &Value::boolean);
    service.source = std::move(remote);
  } else if (const auto* directory = fields.find("directory")) {
    service.source = read_directory(*directory);
  }
  return service;
}

}  // namespace tenure::estate
