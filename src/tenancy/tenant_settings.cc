#include "tenancy/tenant_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "pg/transaction.h"
#include "tenancy/rows.h"
#include "tenancy/sql.h"

namespace tenure::tenancy {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestName = 60;
constexpr std::size_t kLargestValue = 8192;
constexpr std::int64_t kMostSettings = 200;

bool is_setting_name(std::string_view name) {
  const auto is_inner = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '_' || letter == '.' ||
           letter == '-';
  };
  return !name.empty() && name.size() <= kLongestName && name.front() >= 'a' && name.front() <= 'z' &&
         std::all_of(name.begin(), name.end(), is_inner);
}

/// The text of the value, as jsonb takes it.
std::string text_of(const json& value) {
  auto text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > kLargestValue) {
    throw Error(ErrorCode::invalid_argument, fmt::format("value: larger than {} bytes", kLargestValue));
  }
  // A NUL is written as \u0000; an escaped backslash before "u0000" is not one.
  for (std::size_t at = text.find('\\'); at != std::string::npos; at = text.find('\\', at + 2)) {
    if (text.compare(at, 6, "\\u0000") == 0) {
      throw Error(ErrorCode::invalid_argument, "value: a text with a NUL cannot be stored");
    }
  }
  return text;
}

}  // namespace

std::map<std::string, json> TenantSettings::list(const TenantId& tenant, const Call& call) {
  auto session = database_.take(call);
  const auto rows = session->exec(sql::kListSettings, pg::Params(tenant));
  std::map<std::string, json> settings;
  for (int row = 0; row < rows.rows(); ++row) settings.emplace(rows.text(row, 0), json::parse(rows.text(row, 1)));
  if (settings.empty() && session->exec(sql::kFindTenant, pg::Params(tenant)).empty()) throw no_such_tenant();
  return settings;
}

void TenantSettings::put(const TenantId& tenant, const std::string& name, const json& value, const Call& call) {
  if (!is_setting_name(name)) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("name: not a small letter and then at most {} of a-z, 0-9, '_', '.' and '-'", kLongestName - 1));
  }
  const auto text = text_of(value);
  auto session = database_.take(call);
  pg::Transaction transaction(*session);
  lock_changeable(transaction, tenant);
  if (transaction.exec(sql::kCountOtherSettings, pg::Params(tenant, name)).int64(0, 0) >= kMostSettings) {
    throw Error(ErrorCode::conflict, fmt::format("name: a tenant has at most {} settings", kMostSettings));
  }
  transaction.exec(sql::kPutSetting, pg::Params(tenant, name, text));
  note(transaction, audit::Action::setting_changed, tenant, call);
  transaction.commit();
}

void TenantSettings::remove(const TenantId& tenant, const std::string& name, const Call& call) {
  auto session = database_.take(call);
  pg::Transaction transaction(*session);
  lock_changeable(transaction, tenant);
  if (transaction.exec(sql::kRemoveSetting, pg::Params(tenant, name)).affected() == 0) {
    throw Error(ErrorCode::not_found, "name: there is no such setting");
  }
  note(transaction, audit::Action::setting_changed, tenant, call);
  transaction.commit();
}

}  // namespace tenure::tenancy
