#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "pg/connection.h"
#include "pg/embedded_cluster.h"

namespace tenure::bench {

/// The repository's folder.
const std::filesystem::path& source_folder();

/// A script of bench/ with `:'tenant'` replaced, as `psql -v tenant=…` would.
std::string script_for(const std::filesystem::path& file, const TenantId& tenant);

/// SQL written in this folder.
pg::Sql sql(std::string text);

/// The role that owns nothing and may not skip triggers.
inline constexpr const char* kPlainRole = "app";

/// A private PostgreSQL that lives as long as the run. Nothing is forced to disk (fsync is off) and autovacuum is off:
/// the same for both sides of each comparison. Databases start as copies of templates.
class Server {
 public:
  Server();
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  pg::ConnectionSettings settings(std::string_view database) const { return cluster_->database(database); }
  pg::ConnectionSettings settings(std::string_view database, std::string_view role) const;
  pg::Connection connect(std::string_view database) const { return pg::Connection::open(settings(database)); }
  /// As a `postgresql://` URL, and as libpq's `name=value` pairs.
  std::string url(std::string_view database) const;
  std::string conninfo(std::string_view database) const;

  /// An empty database under this name, to be filled and then frozen.
  void create(const std::string& name) const;
  /// Vacuums, analyses and closes a filled database, so that copy() can be made of it.
  void freeze(const std::string& name) const;
  /// Makes `name` a fresh copy of `original`, whatever it was before.
  void copy(const std::string& original, const std::string& name) const;
  void drop(const std::string& name) const;
  /// Writes all dirty pages to disk, so that none of the copying is left to what is measured next.
  void settle() const;

 private:
  void run(const std::string& statement) const;

  std::filesystem::path folder_;
  std::optional<pg::EmbeddedCluster> cluster_;
};

}  // namespace tenure::bench
