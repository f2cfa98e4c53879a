#include "notifications/mail_receiver.h"

#include "base/digest.h"
#include "base/error.h"
#include "notifications/notice_mail.h"

namespace tenure::notifications {
namespace {

constexpr std::size_t kDigits = 32;

}  // namespace

MailReceiver::MailReceiver(mail::Server server, Email from, const std::vector<Email>& to, Reading reading)
    : server_(std::move(server)), from_(std::move(from)), reading_(std::move(reading)) {
  for (const auto& address : to) {
    keys_.push_back(key_of(address));
    addresses_.emplace(keys_.back(), address);
  }
}

Attempt MailReceiver::deliver(const KeptNotice& notice, const Call& call) {
  const auto message = mail_of(reading_(notice), from_, addresses_.at(notice.receiver));
  try {
    mail::send(server_, message, call);
    return {};
  } catch (const Error& error) {
    return {.why = error.what(), .may_pass = error.retry() == Retry::later};
  }
}

std::string MailReceiver::key_of(const Email& address) {
  return "email:" + Digest().add(address.address()).hex().substr(0, kDigits);
}

}  // namespace tenure::notifications
