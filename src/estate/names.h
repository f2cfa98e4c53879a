#pragma once

#include <string_view>

namespace tenure::estate {

/// Where Tenure keeps tenants that it manages.
inline constexpr std::string_view kTenancySchema = "tenancy";

}  // namespace tenure::estate
