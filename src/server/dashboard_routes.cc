#include "server/dashboard_routes.h"

#include <algorithm>
#include <array>
#include <string>

#include "server/problem.h"

namespace tenure::server {
namespace {

// The addresses inside the dashboard, as web/src/routes.ts has them.
constexpr std::array kPages{"/",
                            "/deletions",
                            "/deletions/{job_id}",
                            "/tenants",
                            "/tenants/{tenant_id}",
                            "/schedules",
                            "/approvals",
                            "/holds",
                            "/audit",
                            "/schemas",
                            "/reference"};

// No inline script or style, nothing from elsewhere, in no frame; and text that became markup would not run either.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

bool takes_gzip(const Request& request) {
  return request.header("accept-encoding").value_or("").find("gzip") != std::string::npos;
}

Response answer(const DashboardFile& file, const Request& request, std::string_view cache) {
  Response response{.content_type = std::string(file.content_type), .body = {}};
  response.headers["Cache-Control"] = cache;
  response.headers["ETag"] = file.etag;
  response.headers["Vary"] = "Accept-Encoding";
  response.headers["Content-Security-Policy"] = kPolicy;
  response.headers["Cross-Origin-Opener-Policy"] = "same-origin";
  response.headers["Cross-Origin-Resource-Policy"] = "same-origin";
  response.headers["Referrer-Policy"] = "no-referrer";
  response.headers["X-Frame-Options"] = "DENY";
  if (request.header("if-none-match") == file.etag) {
    response.status = 304;
  } else if (!file.gzip.empty() && takes_gzip(request)) {
    response.headers["Content-Encoding"] = "gzip";
    response.body = file.gzip;
  } else {
    response.body = file.plain;
  }
  return response;
}

void add(Router& router, std::string pattern, Handler handler) {
  router.add({.method = "GET",
              .pattern = std::move(pattern),
              .access = AccessRule::of(Permission::open_dashboard),
              .handler = std::move(handler)});
}

}  // namespace

void add_dashboard_routes(Router& router, std::span<const DashboardFile> files) {
  for (const auto& file : files) {
    if (file.path == "/index.html") {
      for (const auto* page : kPages) {
        add(router, page, [&file](const Request& request) { return answer(file, request, "no-cache"); });
      }
    } else {
      const auto* cache = file.path.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
      add(router, std::string(file.path),
          [&file, cache](const Request& request) { return answer(file, request, cache); });
    }
  }
  if (!files.empty()) return;
  add(router, "/", [](const Request& request) {
    return http_problem(404,
                        "this binary was built without the dashboard; the API is described at /api/v1/openapi.json",
                        request.request_id);
  });
}

}  // namespace tenure::server
