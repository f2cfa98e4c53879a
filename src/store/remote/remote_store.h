#pragma once

#include <functional>
#include <string>

#include "base/secret.h"
#include "http/client.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

/// A service, in any language, that offers the standard deletion contract over HTTP (spec A1, A2, A8, A10):
///   GET    {url}/api/v1/{prefix}/tenant/{tenant_id}/deletion-preview
///   DELETE {url}/api/v1/{prefix}/tenant/{tenant_id}
/// and for users the same under {user_path}/{user_id}. DELETE carries Idempotency-Key, X-Tenure-Job and X-Tenure-Epoch.
/// One that archives gets the wrapped key of the job's archive in X-Tenure-Archive-Key, and takes its deletions back by
///   POST   {url}/api/v1/{prefix}/tenant/{tenant_id}/restore
/// with X-Tenure-Job, X-Tenure-Epoch and X-Tenure-Archive-Key. A call that is part of a trace says so in `traceparent`
/// (W3C Trace Context).
///
/// A service that answers errors as Tenure does (problem+json with a type "urn:tenure:error:<code>") gets exactly
/// that code here; of any other the status decides. A DELETE whose answer is lost, or came from a gateway that lost it
/// (502, 504), is Error(outcome_unknown).
class RemoteStore final : public TenantDataStore {
 public:
  struct Address {
    std::string url;     ///< scheme, host and port, without a path
    std::string prefix;  ///< /api/v1/{prefix}/…
    std::string user_path = "user";
    bool archives = false;  ///< it honours an archive key, and restores
  };

  /// `token` is asked for a bearer token before each request; it may throw. Called from several threads.
  RemoteStore(Address address, std::function<Secret()> token);

  Preview preview(const Subject& subject, const Call& call) override;
  Erasure erase(const EraseRequest& request, const Call& call, const ProgressSink& progress) override;
  /// A preview, which must hold nothing: the contract has no other way to count again. Orphans are not seen.
  Residue verify(const Subject& subject, const Call& call) override;
  bool can_archive() const override { return address_.archives; }
  Restoration restore(const RestoreRequest& request, const Call& call, const ProgressSink& progress) override;

 private:
  std::string url_of(const Subject& subject) const;

  const Address address_;
  const std::function<Secret()> token_;
};

}  // namespace tenure::store
