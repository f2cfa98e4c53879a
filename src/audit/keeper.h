#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "audit/chain.h"
#include "audit/checkpoint.h"
#include "audit/sealer.h"
#include "signing/signing_key.h"

namespace tenure::audit {

/// Who is told what a Keeper does by itself. Called from its thread.
struct KeeperHooks {
  std::function<void(const Checkpoint& checkpoint)> on_checkpoint;
  std::function<void(const std::string& what)> on_error;  ///< it tries again
};

/// The audit log of an estate: sealed, signed, and read. Several processes may keep one log. Thread-safe.
class Keeper {
 public:
  /// `sources`, `control` among them, are where notes are written. By the private half of `key` tenants and people are
  /// told from each other as well. All but the key outlives this.
  Keeper(pg::Pool& control, std::vector<pg::Pool*> sources, signing::SigningKey key, const Clock& clock);
  ~Keeper() { stop(); }
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  /// Entries up to what has been noted by now; with `tenant`, its own. @throws as list_entries().
  EntryPage list(EntryFilter filter, const std::optional<TenantId>& tenant, const Call& call);
  /// The one that goes furthest of those beside the log, as it stands there; nullopt when there is none yet.
  std::optional<Checkpoint> last_checkpoint(const Call& call);
  /// Seals, and signs the head. nullopt when there is no entry.
  std::optional<Checkpoint> checkpoint(const Call& call);

  /// Seals once a second, and signs a checkpoint every ten minutes in which something happened, by whichever process
  /// comes first.
  void start(KeeperHooks hooks);
  /// Does both once more.
  void stop();

 private:
  void keep(const KeeperHooks& hooks);

  pg::Pool& control_;
  const signing::SigningKey key_;
  const Clock& clock_;
  const Pseudonyms pseudonyms_;
  Sealer sealer_;
  std::string told_;  // the same trouble again is not told again; the thread's alone
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace tenure::audit
