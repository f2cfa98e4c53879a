#include <sodium.h>

#include <array>
#include <filesystem>

#include "base/error.h"
#include "bench/benchmarks.h"
#include "identity/accounts.h"
#include "identity/login.h"
#include "identity/token.h"

namespace tenure::bench {
namespace {

constexpr int kTokens = 5'000;  // a measurement

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
  const SystemClock clock;
  const KeyFolder folder;
  const identity::SigningKeys keys(folder.path(), clock);
  server.create("accounts");
  pg::Pool control(server.settings("accounts"), 4);
  identity::install_schema(*control.take());
  identity::PasswordHasher hasher;
  identity::Login login(control, hasher, keys, clock);
  const auto email = Email::parse("ana@example.com");
  const Secret password("correct horse battery staple");
  login.sign_up(email, "Ana", password, {});
  const identity::PasswordCost cost;
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  const auto& text = password.reveal();
  require(crypto_pwhash_str(hash.data(), text.data(), text.size(), cost.passes, cost.memory) == 0);
  Comparison comparison{.name = "log-in / bare Argon2id", .target = 1.1};
  const int times = scale.is_quick ? 1 : 5;
  const auto nothing = [] {};
  measure_pairs(comparison, scale.pairs,
                {.prepare = nothing,
                 .run =
                     [&] {
                       for (int at = 0; at < times; ++at) login.log_in(email, password, {});
                     }},
                {.prepare = nothing, .run = [&] {
                   for (int at = 0; at < times; ++at) {
                     require(crypto_pwhash_str_verify(hash.data(), text.data(), text.size()) == 0);
                   }
                 }});
  return {comparison};
}

}  // namespace tenure::bench
