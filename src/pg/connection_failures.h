#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace tenure::pg {

/// How often this process has failed to connect, by ConnectionSettings::description(). A statistic of the process, as
/// its processor time is: nothing but metrics may depend on it. Thread-safe.
std::map<std::string, std::int64_t> connection_failures();

/// For Connection::open.
void note_connection_failure(const std::string& description);

}  // namespace tenure::pg
