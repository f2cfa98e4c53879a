#include "server/report_routes.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "reports/report_pdf.h"
#include "reports/signed_file.h"
#include "server/job_access.h"

namespace tenure::server {
namespace {

bool wants_pdf(const Request& request) {
  if (const auto format = request.query_value("format")) {
    if (*format != "json" && *format != "pdf") throw Error(ErrorCode::invalid_argument, "format: neither json nor pdf");
    return *format == "pdf";
  }
  return request.header("accept").value_or("").find("application/pdf") != std::string::npos;
}

Response show_report(const ReportServices& services, const Request& request) {
  request.allow_query({"format"});
  const bool is_pdf = wants_pdf(request);
  const auto id = JobId::parse(request.path_parameter("job_id"));
  const auto job = visible_job(services.jobs.store, services.jobs.tenancy, id, request);
  const auto report = reports::deletion_report(job, services.jobs.store.transitions(id), services.issuer);
  Response response{
      .content_type = is_pdf ? "application/pdf" : "application/json",
      .body = is_pdf ? reports::report_pdf(report, services.key()) : reports::sign_json(report, services.key())};
  response.headers["Content-Disposition"] =
      fmt::format("attachment; filename=\"deletion-report-{}.{}\"", id.str(), is_pdf ? "pdf" : "json");
  response.headers["Vary"] = "Accept";
  return response;
}

}  // namespace

void add_report_routes(Router& router, const ReportServices& services) {
  router.add({.method = "GET",
              .pattern = "/api/v1/auth/deletion-jobs/{job_id}/report",
              .access = AccessRule::of(Permission::read_deletion_jobs),
              .handler = [services](const Request& request) { return show_report(services, request); }});
  router.add({.method = "GET",
              .pattern = "/api/v1/auth/evidence-key.pem",
              .access = AccessRule::of(Permission::read_keys),
              .handler = [services](const Request&) {
                Response response{.content_type = "application/x-pem-file",
                                  .body = services.key().public_key().to_pem()};
                response.headers["Cache-Control"] = "public, max-age=300";
                return response;
              }});
}

}  // namespace tenure::server
