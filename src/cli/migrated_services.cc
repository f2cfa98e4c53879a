#include "cli/migrated_services.h"

#include <fmt/format.h>

#include "base/error.h"

namespace tenure::cli {
namespace {

using IsOne = bool (*)(const estate::Isolation&);

bool has_migrations(const estate::Isolation& isolation) { return isolation.migrations.has_value(); }
bool has_schemas(const estate::Isolation& isolation) { return isolation.model == estate::IsolationModel::schema; }

std::vector<const estate::Service*> chosen(const estate::Estate& estate, const Options& options, IsOne is_one,
                                           const char* what) {
  const auto fits = [&](const estate::Service& service) {
    const auto* database = std::get_if<estate::Database>(&service.source);
    return database != nullptr && is_one(database->isolation);
  };
  std::vector<const estate::Service*> chosen;
  for (const auto& service : estate.services) {
    if (options.services.empty() && fits(service)) chosen.push_back(&service);
  }
  for (const auto& name : options.services) {
    const auto* service = estate.find_service(name);
    if (service == nullptr)
      throw Error(ErrorCode::not_found, fmt::format("service {}: the estate has none of this name", name));
    if (!fits(*service)) {
      throw Error(ErrorCode::invalid_argument, fmt::format("service {}: has no {} in the estate file", name, what));
    }
    chosen.push_back(service);
  }
  if (chosen.empty()) {
    throw Error(ErrorCode::invalid_argument, fmt::format("no service of the estate has {}", what));
  }
  return chosen;
}

}  // namespace

std::vector<const estate::Service*> services_with_migrations(const estate::Estate& estate, const Options& options) {
  return chosen(estate, options, has_migrations, "isolation.migrations");
}

std::vector<const estate::Service*> services_with_schemas(const estate::Estate& estate, const Options& options) {
  return chosen(estate, options, has_schemas, "`isolation: {model: schema}`");
}

const estate::Service& only_service_with_schemas(const estate::Estate& estate, const Options& options) {
  const auto services = services_with_schemas(estate, options);
  if (services.size() > 1) {
    throw Error(ErrorCode::invalid_argument, "service: several have a schema a tenant; --service says which");
  }
  return *services.front();
}

}  // namespace tenure::cli
