#include "server/metrics_routes.h"

#include <utility>

namespace tenure::server {
namespace {

// Prometheus waits for ten seconds unless it is told otherwise.
constexpr Milliseconds kScrapeTimeout{8'000};

}  // namespace

void add_metrics_routes(Router& router, MetricsText text) {
  router.add({.method = "GET",
              .pattern = "/metrics",
              .access = AccessRule::of(Permission::read_metrics),
              .handler = [text = std::move(text)](const Request& request) {
                return Response{.content_type = "text/plain; version=0.0.4; charset=utf-8",
                                .body = text(request.call_within(kScrapeTimeout))};
              }});
}

}  // namespace tenure::server
