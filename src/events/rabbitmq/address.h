#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/secret.h"

namespace tenure::events {

/// Where the broker is and who connects.
struct BrokerSettings {
  Secret url;  ///< amqp://user:password@host:port/vhost, or amqps://; percent-encoded where needed
  std::optional<std::filesystem::path> ca_file = std::nullopt;  ///< for amqps; absent: the authorities of the system
};

/// A broker's URL, read. Parts that it leaves out are guest, guest, 5672 (amqps: 5671) and "/".
struct BrokerAddress {
  std::string host;
  int port = 5672;
  std::string vhost = "/";
  std::string user = "guest";
  Secret password;
  bool is_tls = false;

  /// @throws Error(invalid_argument); the message holds no part of the URL.
  static BrokerAddress parse(const Secret& url);
  /// "broker rabbit1:5671/shop as app": for people; never the password.
  std::string description() const;
};

}  // namespace tenure::events
