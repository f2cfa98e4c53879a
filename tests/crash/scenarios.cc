#include "tests/crash/scenario.h"

namespace tenure::crash {

const std::vector<Scenario>& scenarios() {
  // "P0001" is raised by a trigger and refused for good; "57P03" is a server that cannot be reached now.
  static const std::vector<Scenario> all = {
      {.name = "erased", .estate = {}},
      {.name = "rolled back", .estate = {}, .fault = "P0001", .end = "rolled_back"},
      {.name = "retried", .estate = {.erasure = "on_failure: retry"}, .fault = "57P03", .is_mended = true},
      {.name = "without an archive", .estate = {.has_archive = false}},
      {.name = "restored", .estate = {}, .is_restored = true, .end = "rolled_back"},
      {.name = "atomic", .estate = {.erasure = "atomic: true"}},
      {.name = "atomic, rolled back", .estate = {.erasure = "atomic: true"}, .fault = "P0001", .end = "rolled_back"},
      {.name = "by message", .estate = {.via = {{"orders", "event"}, {"metering", "event"}}}},
      {.name = "mixed",
       .estate = {.has_broker = true,
                  .timeout = "5s",
                  .via = {{"orders", "event"}, {"metering", "event"}, {"media", "http"}}}},
      {.name = "shredded", .estate = {.retention = "0d"}, .is_shredded = true},
  };
  return all;
}

}  // namespace tenure::crash
