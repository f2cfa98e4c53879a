#pragma once

#include <vector>

#include "bench/measure.h"
#include "bench/server.h"

namespace tenure::bench {

/// Each runs one benchmark and returns its figures. What they mean is in docs/benchmarks.md.
std::vector<Comparison> erase_one_database(const Server& server, const Scale& scale);
std::vector<Comparison> unindexed_key(const Server& server, const Scale& scale);
std::vector<Comparison> archived_erasure(const Server& server, const Scale& scale);
std::vector<Comparison> beside_neighbours(const Server& server, const Scale& scale);
std::vector<Comparison> twelve_services(const Server& server, const Scale& scale);
std::vector<Comparison> preview(const Server& server, const Scale& scale);
std::vector<Comparison> watchers(const Server& server, const Scale& scale);
std::vector<Comparison> overview(const Server& server, const Scale& scale);
std::vector<Comparison> empty_jobs(const Server& server, const Scale& scale);
std::vector<Comparison> memory(const Server& server, const Scale& scale);
std::vector<Comparison> verified_token(const Server& server, const Scale& scale);
std::vector<Comparison> log_in(const Server& server, const Scale& scale);
/// Of tenants with a schema each.
std::vector<Comparison> schema_migrations(const Server& server, const Scale& scale);
std::vector<Comparison> schema_tenants(const Server& server, const Scale& scale);
std::vector<Comparison> schema_drift(const Server& server, const Scale& scale);
std::vector<Comparison> log_ins_at_once(const Server& server, const Scale& scale);

}  // namespace tenure::bench
