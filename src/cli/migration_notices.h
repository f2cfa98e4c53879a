#pragma once

#include <memory>
#include <string>

#include "estate/estate.h"
#include "notifications/notifier.h"
#include "schemas/migrations/listener.h"

namespace tenure::cli {

/// A notifier with the estate's channels; what does not arrive is a line on standard error.
std::unique_ptr<notifications::Notifier> make_notifier(const estate::Notifications& settings);

/// Tells people when a migration begins, ends and fails (spec D12). A run that finds nothing to do is none.
class MigrationNotices final : public schemas::MigrationListener {
 public:
  MigrationNotices(notifications::Notifier& notifier, std::string estate, std::string environment)
      : notifier_(notifier), estate_(std::move(estate)), environment_(std::move(environment)) {}

  void on_started(const schemas::RunStart& start) override;
  void on_finished(const std::string& service, const schemas::RunReport& report) override;
  /// A run that ended with an exception; `why` is its text.
  void on_broken_off(const std::string& service, const std::string& why);

 private:
  void tell(notifications::Notice notice, const std::string& service);

  notifications::Notifier& notifier_;
  const std::string estate_;
  const std::string environment_;
  std::string run_;  ///< of the one that has begun
};

}  // namespace tenure::cli
