#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/call.h"
#include "base/secret.h"
#include "mail/message.h"

namespace tenure::mail {

/// Who takes e-mails. Immutable.
struct Server {
  std::string url;        ///< smtp://host:587, smtps://host
  std::string user = {};  ///< empty: it is not asked for one
  Secret password = {};
  std::optional<std::filesystem::path> ca_file =
      std::nullopt;        ///< who may have signed its certificate; else the system's
  bool starts_tls = true;  ///< of smtp://: nothing is said before TLS was agreed on; a server that has none is refused
};

/// Hands the message over. @throws Error(refused) when the server will not take this message, now or later: an answer
/// of 5xx to its sender, its recipient or itself; Error(unavailable, Retry::later) for all else that went wrong, also
/// when an answer was lost, so that the message may come twice, or when the server wants other credentials. No error
/// holds an address, the user or the password. Thread-safe.
void send(const Server& server, const Message& message, const Call& call);

}  // namespace tenure::mail
