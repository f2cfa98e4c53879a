#pragma once

#include <span>
#include <string_view>

namespace tenure::server {

/// A file of the dashboard, as it is embedded in the binary.
struct DashboardFile {
  std::string_view path;  ///< "/index.html", "/assets/index-Bx3k.js": a name with its content's hash in it
  std::string_view content_type;
  std::string_view etag;  ///< quoted, of the content
  std::string_view plain;
  std::string_view gzip;  ///< empty when it is no smaller
};

/// Generated from web/ by its build; empty in a binary that was built without the dashboard (TENURE_DASHBOARD=OFF).
std::span<const DashboardFile> dashboard_bundle();

}  // namespace tenure::server
