#include "audit/keeper.h"

#include "base/digest.h"
#include "base/error.h"

namespace tenure::audit {
namespace {

constexpr Milliseconds kInterval{1000};
constexpr Milliseconds kTimeout{30000};
constexpr std::chrono::minutes kCheckpointInterval{10};

Secret key_of_pseudonyms(const signing::SigningKey& key) {
  return Secret(Digest().add("tenure audit pseudonyms v1").add(key.to_pem().reveal()).hex());
}

}  // namespace

Keeper::Keeper(pg::Pool& control, std::vector<pg::Pool*> sources, signing::SigningKey key, const Clock& clock)
    : control_(control),
      key_(std::move(key)),
      clock_(clock),
      pseudonyms_(key_of_pseudonyms(key_)),
      sealer_(control, std::move(sources), pseudonyms_) {}

EntryPage Keeper::list(EntryFilter filter, const std::optional<TenantId>& tenant, const Call& call) {
  sealer_.seal(call);
  if (tenant) filter.tenant = pseudonyms_.of(*tenant);
  return list_entries(control_, filter, call);
}

std::optional<Checkpoint> Keeper::last_checkpoint(const Call& call) { return audit::last_checkpoint(control_, call); }

std::optional<Checkpoint> Keeper::checkpoint(const Call& call) {
  sealer_.seal(call);
  return make_checkpoint(control_, key_, clock_, call);
}

void Keeper::start(KeeperHooks hooks) {
  thread_ = std::jthread([this, hooks = std::move(hooks)](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      keep(hooks);
      std::unique_lock lock(mutex_);
      stopped_.wait_for(lock, stop, kInterval, [] { return false; });
    }
    keep(hooks);
  });
}

void Keeper::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Keeper::keep(const KeeperHooks& hooks) {
  try {
    const auto call = Call::within(kTimeout);
    sealer_.seal(call);
    const auto made = make_checkpoint_when_due(control_, key_, clock_, kCheckpointInterval, call);
    if (made) hooks.on_checkpoint(*made);
    told_.clear();
  } catch (const Error& error) {
    if (told_ != error.what()) hooks.on_error(told_ = error.what());
  }
}

}  // namespace tenure::audit
