#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "cli/options.h"
#include "estate/estate.h"
#include "pg/embedded_cluster.h"

namespace tenure::cli {

struct AssemblySettings {
  std::filesystem::path estate_file;
  bool embedded = false;
  std::filesystem::path state;  ///< where keys and the embedded cluster are kept
  std::string environment;      ///< "uat": its variables, UAT_…, come before the general ones
};

AssemblySettings assembly_settings(const Options& options);

/// The process's environment.
std::optional<std::string> environment_variable(std::string_view name);
/// "uat" → "UAT", with which the variables of that environment begin (spec D6); an empty name is none.
/// @throws Error(invalid_argument) when it is not a word.
std::string prefix_of_environment(std::string_view environment);

/// A file's whole text. @throws Error(invalid_argument) when it cannot be read.
std::string read_file(const std::filesystem::path& path);

/// An estate file and how its databases are reached: by their URLs, or in the embedded cluster, which is started here.
class EstateDatabases {
 public:
  /// @throws Error(invalid_argument) for a faulty estate file, Error(unavailable) when the cluster does not start.
  explicit EstateDatabases(const AssemblySettings& settings);
  EstateDatabases(const EstateDatabases&) = delete;
  EstateDatabases& operator=(const EstateDatabases&) = delete;

  const estate::Estate& estate() const { return estate_; }
  /// Where the estate was read from.
  const std::filesystem::path& file() const { return estate_file_; }
  const pg::EmbeddedCluster* cluster() const { return cluster_ ? &*cluster_ : nullptr; }

  /// @throws Error(invalid_argument) naming the line of the estate file.
  pg::ConnectionSettings of(const estate::Service& service, const estate::Database& database) const;
  pg::ConnectionSettings control() const;

 private:
  void start_cluster(const std::filesystem::path& state);
  void ensure_embedded_database(const std::string& name, const std::optional<std::filesystem::path>& schema_file);

  const std::string environment_prefix_;
  const std::filesystem::path estate_file_;
  const estate::Estate estate_;
  std::optional<pg::EmbeddedCluster> cluster_;
};

}  // namespace tenure::cli
