#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/secret.h"
#include "http/client.h"
#include "tests/support/process.h"

namespace tenure::test {

using nlohmann::json;
using Environment = std::map<std::string, std::string>;

/// An answer of the API.
struct Answer {
  int status = 0;
  json body;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string text;                            ///< the body as it came

  std::string type() const;
  std::string detail() const;
};

/// What a failed expectation prints.
std::ostream& operator<<(std::ostream& out, const Answer& answer);

/// `tenure serve` with these arguments.
std::vector<std::string> serve_command(const std::vector<std::string>& arguments);
/// Waits until the program listens; where. @throws std::runtime_error, with what it printed, when it does not come to
/// that.
std::string wait_until_listening(Process& serving);
/// One request to a server at `url`. @throws Error as http::send.
Answer send_request(const std::string& url, const std::string& method, const std::string& path, const Secret& token,
                    std::vector<std::string> headers = {}, std::string body = {});

/// A running `tenure serve` on a port of its own choice.
class Server {
 public:
  /// Returns once it listens. @throws std::runtime_error, with what it printed, when it does not come to that.
  Server(const std::vector<std::string>& arguments, const Environment& environment);

  const std::string& url() const { return url_; }
  std::uint16_t port() const;
  /// "host=… user=…" of the embedded cluster; empty when there is none.
  const std::string& databases() const { return databases_; }

  Answer send(const std::string& method, const std::string& path, const Secret& token,
              std::vector<std::string> headers = {}, const json& body = nullptr) const;

  /// Asks it to stop and waits; returns the exit status.
  int stop();
  /// As a crash or the out-of-memory killer would.
  void kill();
  /// Waits until it has ended by itself; returns the exit status, 128 + n when signal n ended it.
  int wait() { return process_.wait(); }
  std::string output() const { return process_.output(); }
  std::string errors() const { return process_.errors(); }

 private:
  Process process_;
  std::string url_;
  std::string databases_;
};

/// Runs `tenure` to its end.
Finished run_tenure(std::vector<std::string> arguments, const Environment& environment = {});

}  // namespace tenure::test
