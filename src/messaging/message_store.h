#pragma once

#include <string>

#include "messaging/answer_desk.h"
#include "store/tenant_data_store.h"

namespace tenure::messaging {

/// A service that is reached by message: each call is a request in the outbox and waits for its answer. Only the
/// service knows which epochs it has seen, so an order that is given again is always asked again. Thread-safe.
class MessageStore final : public store::TenantDataStore {
 public:
  /// `desk` outlives it. `archives`: the service archives what it erases and takes it back.
  MessageStore(std::string service, AnswerDesk& desk, bool archives)
      : service_(std::move(service)), desk_(desk), archives_(archives) {}

  store::Preview preview(const Subject& subject, const Call& call) override;
  store::Erasure erase(const store::EraseRequest& request, const Call& call,
                       const store::ProgressSink& progress) override;
  store::Residue verify(const Subject& subject, const Call& call) override;
  bool can_archive() const override { return archives_; }
  store::Restoration restore(const store::RestoreRequest& request, const Call& call,
                             const store::ProgressSink& progress) override;

 private:
  ServiceAnswer give(ServiceRequest request, const Call& call);

  const std::string service_;
  AnswerDesk& desk_;
  const bool archives_;
};

}  // namespace tenure::messaging
