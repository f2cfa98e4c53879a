#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/email.h"
#include "mail/smtp.h"
#include "notifications/notice.h"
#include "notifications/queue/receiver.h"

namespace tenure::notifications {

/// E-mail to fixed addresses, each a receiver of its own: one that is refused or put off is no other's matter.
class MailReceiver final : public Receiver {
 public:
  /// What a kept notice says to people, as it is known now.
  using Reading = std::function<Notice(const KeptNotice& notice)>;

  MailReceiver(mail::Server server, Email from, const std::vector<Email>& to, Reading reading);

  std::string_view kind() const override { return "email"; }
  const std::vector<std::string>& keys() const override { return keys_; }
  Attempt deliver(const KeptNotice& notice, const Call& call) override;

  /// The address's receiver: "email:" and a digest, so that no address stands in the queue.
  static std::string key_of(const Email& address);

 private:
  const mail::Server server_;
  const Email from_;
  const Reading reading_;
  std::vector<std::string> keys_;
  std::map<std::string, Email> addresses_;
};

}  // namespace tenure::notifications
