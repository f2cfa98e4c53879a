#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace tenure::crash {

/// Where everything of an estate is, for whoever looks at it behind the program's back.
struct Places {
  std::string control;                                   ///< as libpq reads it, as are the databases
  std::map<std::string, std::string> databases;          ///< by service
  std::map<std::string, std::filesystem::path> folders;  ///< of files: by service
  std::filesystem::path archives;
  std::string record;  ///< the service that holds the tenant record
};

}  // namespace tenure::crash
