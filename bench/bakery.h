#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/server.h"
#include "cli/assembly.h"

namespace tenure::bench {

/// The bakery of examples/bakery with two tenants of equal size, to erase one of them from its thirteen databases.
class Bakery {
 public:
  /// `rows` a tenant over the twelve data services.
  Bakery(const Server& server, int rows);
  ~Bakery();
  Bakery(const Bakery&) = delete;
  Bakery& operator=(const Bakery&) = delete;

  /// Fresh copies of all databases and files, every page written.
  void reset();
  /// Tenure over the copies; nothing is connected yet.
  std::unique_ptr<cli::Assembly> assemble() const;
  /// Erases the tenant through the orchestrator. @throws Error(internal) unless the job completed, its re-count
  /// included.
  void erase(cli::Assembly& assembly, const erasure::ErasureListener& listener = {}) const;
  /// Counts what erase() would delete, in all services at once. @throws as erase.
  void preview(cli::Assembly& assembly) const;
  /// Erases the tenant with bench/scripts/bakery/, two connections at a time, the largest service first.
  void erase_by_hand() const;
  /// Erases the tenant with sqlalchemy_erase.py; returns the seconds it says, without its start.
  double erase_by_sqlalchemy(const std::string& mode) const;
  /// @throws Error(internal) when any row of the tenant is left: every side has to do the whole work.
  void require_erased() const;
  /// Runs `tenure erase` in a process of its own; returns its peak memory in MB.
  double peak_memory_of_erase() const;

  int rows() const { return rows_; }

 private:
  void seed() const;
  /// Lets the estate file's variables name the databases "{service}{suffix}".
  void point_at(const std::string& suffix) const;
  void run_script(const std::string& service) const;

  const Server& server_;
  const int rows_;
  const std::filesystem::path estate_file_;
  const std::filesystem::path artifacts_;
};

}  // namespace tenure::bench
