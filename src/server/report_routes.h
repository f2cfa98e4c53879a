#pragma once

#include <functional>

#include "reports/deletion_report.h"
#include "server/job_routes.h"
#include "signing/signing_key.h"

namespace tenure::server {

/// What the routes work with; all of it outlives the router.
struct ReportServices {
  JobServices jobs;
  std::function<const signing::SigningKey&()> key;  ///< what reports are signed with
  reports::Issuer issuer;
};

/// Reports (spec E5):
///
///     GET /api/v1/auth/deletion-jobs/{job_id}/report?format    a signed file: json (the default) or pdf, which an
///                                                              Accept of application/pdf asks for as well
///     GET /api/v1/auth/evidence-key.pem                        the public key it is checked with
///
/// 409 when the job has not ended.
void add_report_routes(Router& router, const ReportServices& services);

}  // namespace tenure::server
