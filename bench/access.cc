#include <sodium.h>

#include <array>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "bench/benchmarks.h"
#include "identity/accounts.h"
#include "identity/login.h"
#include "identity/token.h"

namespace tenure::bench {
namespace {

constexpr int kTokens = 5'000;    // a measurement
constexpr int kHashedAtOnce = 2;  // as PasswordHasher does by default
constexpr int kAtOnce = 8;        // those and as many as may wait for them

/// A folder of keys that goes with the benchmark.
class KeyFolder {
 public:
  KeyFolder() : path_(std::filesystem::temp_directory_path() / ("tenure-bench-keys-" + Uuid::random().str())) {}
  ~KeyFolder() { std::filesystem::remove_all(path_); }
  KeyFolder(const KeyFolder&) = delete;
  KeyFolder& operator=(const KeyFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  const std::filesystem::path path_;
};

double microseconds_each(double seconds, int times) { return seconds * 1e6 / times; }

void require(bool holds) {
  if (!holds) throw Error(ErrorCode::internal, "a benchmark's own check failed");
}

void nothing() {}

/// Somebody who logs in, and the bare hash of their password.
class Account {
 public:
  Account(const Server& server, const std::string& database) {
    server.create(database);
    control_.emplace(server.settings(database), kAtOnce);
    identity::install_schema(*control_->take());
    login_.emplace(*control_, hasher_, keys_, clock_);
    login_->sign_up(email_, "Ana", password_, {});
    const identity::PasswordCost cost;
    const auto& text = password_.reveal();
    require(crypto_pwhash_str(hash_.data(), text.data(), text.size(), cost.passes, cost.memory) == 0);
  }

  /// Each waits for the one before. Thread-safe, as is the next.
  void log_in(int times) const {
    for (int at = 0; at < times; ++at) login_->log_in(email_, password_, {});
  }
  void hash(int times) const {
    const auto& text = password_.reveal();
    for (int at = 0; at < times; ++at) {
      require(crypto_pwhash_str_verify(hash_.data(), text.data(), text.size()) == 0);
    }
  }

 private:
  const SystemClock clock_;
  const KeyFolder folder_;
  const identity::SigningKeys keys_{folder_.path(), clock_};
  const Email email_ = Email::parse("ana@example.com");
  const Secret password_{"correct horse battery staple"};
  identity::PasswordHasher hasher_;
  std::optional<pg::Pool> control_;
  mutable std::optional<identity::Login> login_;
  std::array<char, crypto_pwhash_STRBYTES> hash_{};
};

}  // namespace

std::vector<Comparison> verified_token(const Server& /*server*/, const Scale& scale) {
  const SystemClock clock;
  const KeyFolder folder;
  const identity::SigningKeys keys(folder.path(), clock);
  const auto token = identity::issue_user_token(keys, clock, UserId::random(), Uuid::random(), "tenure");
  const auto key = keys.newest();
  const auto signature = key.sign("message");
  const int tokens = scale.rows(kTokens);
  Comparison limit{.name = "verified token", .unit = "us", .target = 100};
  Comparison ratio{.name = "verified token / bare signature", .unit = "us"};
  for (int pair = 0; pair < scale.pairs; ++pair) {
    const auto ours = microseconds_each(seconds_of([&] {
                                          for (int at = 0; at < tokens; ++at) {
                                            identity::verify_token(keys, clock, token.reveal(), {"tenure"});
                                          }
                                        }),
                                        tokens);
    const auto bare = microseconds_each(seconds_of([&] {
                                          for (int at = 0; at < tokens; ++at) require(key.verify("message", signature));
                                        }),
                                        tokens);
    limit.ours.push_back(ours);
    ratio.ours.push_back(ours);
    ratio.baseline.push_back(bare);
    print_time(limit, "ours", ours);
    print_time(ratio, "baseline", bare);
  }
  return {limit, ratio};
}

std::vector<Comparison> log_in(const Server& server, const Scale& scale) {
  const Account account(server, "accounts");
  Comparison comparison{.name = "log-in / bare Argon2id", .target = 1.1};
  const int times = scale.is_quick ? 1 : 5;
  measure_pairs(comparison, scale.pairs, {.prepare = nothing, .run = [&] { account.log_in(times); }},
                {.prepare = nothing, .run = [&] { account.hash(times); }});
  return {comparison};
}

std::vector<Comparison> log_ins_at_once(const Server& server, const Scale& scale) {
  const Account account(server, "accounts_at_once");
  Comparison comparison{.name = "8 log-ins at once / bare Argon2id", .target = 1.1};
  const int times = scale.is_quick ? 1 : 4;
  const auto in_threads = [](int threads, const std::function<void()>& work) {
    std::vector<std::jthread> all;
    for (int at = 0; at < threads; ++at) all.emplace_back(work);
  };
  measure_pairs(comparison, scale.pairs,
                {.prepare = nothing, .run = [&] { in_threads(kAtOnce, [&] { account.log_in(times); }); }},
                {.prepare = nothing,
                 .run = [&] { in_threads(kHashedAtOnce, [&] { account.hash(times * kAtOnce / kHashedAtOnce); }); }});
  return {comparison};
}

}  // namespace tenure::bench
