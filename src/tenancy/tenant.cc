#include "tenancy/tenant.h"

#include <algorithm>
#include <array>

#include "base/error.h"

namespace tenure::tenancy {
namespace {

// With a prefix and a digest it is a schema's name still.
constexpr std::size_t kLongestMadeSlug = 32;
constexpr std::array<std::string_view, 16> kReservedSlugs{"admin", "api",     "app",     "assets", "auth",   "cdn",
                                                          "docs",  "ftp",     "help",    "mail",   "static", "status",
                                                          "smtp",  "support", "webmail", "www"};

}  // namespace

std::string_view to_string(TenantStatus status) {
  switch (status) {
    case TenantStatus::active:
      return "active";
    case TenantStatus::suspended:
      return "suspended";
    case TenantStatus::deleting:
      return "deleting";
  }
  return "deleting";
}

TenantStatus parse_tenant_status(std::string_view text) {
  for (const auto status : {TenantStatus::active, TenantStatus::suspended, TenantStatus::deleting}) {
    if (text == to_string(status)) return status;
  }
  throw Error(ErrorCode::internal, "tenants.status: unknown");
}

bool is_reserved_slug(std::string_view slug) { return std::ranges::find(kReservedSlugs, slug) != kReservedSlugs.end(); }

std::string slug_of_name(std::string_view name) {
  std::string slug;
  for (const char letter : name) {
    if (slug.size() == kLongestMadeSlug) break;
    const bool is_upper = letter >= 'A' && letter <= 'Z';
    const bool is_kept = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || is_upper;
    if (is_kept) {
      slug.push_back(is_upper ? static_cast<char>(letter + 32) : letter);
    } else if (!slug.empty() && slug.back() != '-') {
      slug.push_back('-');
    }
  }
  while (!slug.empty() && slug.back() == '-') slug.pop_back();
  return slug.empty() ? "tenant" : slug;
}

}  // namespace tenure::tenancy
