#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tenure::cli {

/// What the command line said. One table for all commands: each reads what it needs.
struct Options {
  std::string state = ".tenure";
  std::string estate = "estate.yaml";
  bool embedded = false;
  std::string server;  ///< URL of a running server; empty: work on the estate directly
  bool json = false;

  std::vector<std::string> services;
  std::string listen = "127.0.0.1:8714";

  std::string tenant;
  std::optional<std::string> confirm;
  std::string service;
  bool sql = false;
  bool user = false;

  std::string job;
  std::string status;
  int limit = 100;

  std::string name = "operator";
  std::string audience = "tenure";
};

}  // namespace tenure::cli
