#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace tenure::test {

struct MailServerSettings {
  std::string tls = "starttls";           ///< "none", "starttls" or "implicit"
  std::string user = "tenure";            ///< "-": nobody logs in
  std::vector<std::string> answers = {};  ///< in their order: "451 rcpt", "554 data", "hang"
  std::uint16_t port = 0;                 ///< 0: one that is free
};

/// A real mail server on this machine, of the distribution, that keeps what it takes. Its certificate is for
/// "localhost", from an authority made for it.
class MailServer {
 public:
  explicit MailServer(const MailServerSettings& settings = {});

  std::string url() const;  ///< smtp://localhost:… or smtps://…
  std::uint16_t port() const { return port_; }
  std::filesystem::path ca_file() const { return folder_.path() / "ca.pem"; }
  static std::string password() { return "s3cret-of-the-mail"; }

  /// What it has taken: {"from", "to", "is_encrypted", "user", "headers": by name in lower case, "text", "html" …}, as
  /// Python's e-mail package reads it.
  std::vector<nlohmann::json> mails() const;
  /// Waits until it has taken so many; fails the test after a generous time.
  std::vector<nlohmann::json> wait_for(std::size_t count);
  /// Waits until it has said "answered 451", or "hanging".
  void wait_for_answer(const std::string& said);

 private:
  const bool is_implicit_;
  const TemporaryFolder folder_;
  std::unique_ptr<Process> process_;
  std::uint16_t port_ = 0;
};

}  // namespace tenure::test
