#pragma once

#include <cstdint>
#include <string>

#include "schemas/migrations/report.h"

namespace tenure::schemas {

/// A run that begins.
struct RunStart {
  std::string service;
  std::int64_t run = 0;
  std::int64_t behind = 0;  ///< schemas that are
};

/// Is told how runs go: for progress, metrics and notifications (spec D12, D13). Members are called one at a time,
/// from whichever thread; none may throw. By default nothing happens.
class MigrationListener {
 public:
  virtual ~MigrationListener() = default;
  virtual void on_started(const RunStart& /*start*/) {}
  /// `done` of `total` schemas are over.
  virtual void on_schema(const std::string& /*service*/, const SchemaReport& /*report*/, std::int64_t /*done*/,
                         std::int64_t /*total*/) {}
  virtual void on_finished(const std::string& /*service*/, const RunReport& /*report*/) {}
  /// A database could not be reached, or a session with it was lost.
  virtual void on_connection_error(const std::string& /*service*/) {}
};

}  // namespace tenure::schemas
