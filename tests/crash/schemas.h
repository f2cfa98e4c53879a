#pragma once

#include <map>
#include <string>

namespace tenure::crash {

/// The services with a database of their own, apart from the one with the tenant record, and their tables. Every row
/// that is somebody's says so in `mark`, see holdings.h. "orders" raises what testing.faults says when a customer goes.
const std::map<std::string, std::string>& schemas();

/// The rules of the estate file for a service, as lines of its section.
std::string rules_of(const std::string& service, const std::string& files);

/// The rows of a new tenant in a service: more readings than a chunk has, a few of everything else.
std::string rows_of(const std::string& service, const std::string& tenant);
/// Its own record: with an owner, an admin, a domain, a setting and a subscription.
std::string record_of(const std::string& tenant);

/// Files of the tenant below the folder of a service: path → content.
std::map<std::string, std::string> files_of(const std::string& service, const std::string& tenant);

inline constexpr int kReadings = 230;
inline constexpr int kChunkRows = 100;

}  // namespace tenure::crash
