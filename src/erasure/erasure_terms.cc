#include "erasure/erasure_terms.h"

namespace tenure::erasure {

void ErasureTerms::apply(jobs::NewJob& job) const {
  const auto by_default = archive_keys ? jobs::OnFailure::roll_back : jobs::OnFailure::retry;
  job.on_failure = on_failure.value_or(by_default);
  job.needs_approval = needs_approval;
  if (!archive_keys) return;
  job.archive_key = archive_keys->wrap(archive::DataKey::random(), job.id.value()).text;
  job.retention = retention;
}

}  // namespace tenure::erasure
