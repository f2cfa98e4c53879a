#include "estate/notifications_section.h"

#include <algorithm>

#include "base/base64.h"
#include "base/error.h"
#include "estate/url.h"

namespace tenure::estate {
namespace {

using UrlCheck = std::string_view (*)(std::string_view text);

/// Not quoted in messages: whoever has the URL can post to it.
Secret read_secret(const Value* value, UrlCheck check = nullptr) {
  if (value == nullptr) return {};
  auto text = value->secret_text();
  if (!text) return {};
  if (check != nullptr) {
    if (const auto what = check(*text); !what.empty()) value->problem(what);
  }
  return Secret(std::move(*text));
}

Notifications::Datadog read_datadog(const Value& value) {
  const Fields fields(value, {"api_key", "url"});
  Notifications::Datadog datadog;
  datadog.api_key = read_secret(fields.require("api_key"));
  if (const auto* url = fields.find("url")) {
    set(datadog.url, url, &Value::text);
    if (const auto what = problem_of_receiver_url(datadog.url); !what.empty()) url->problem(what);
    while (datadog.url.ends_with('/')) datadog.url.pop_back();
  }
  return datadog;
}

/// A secret of https://www.standardwebhooks.com; the bytes that it stands for.
Secret read_signing_key(const Value* value) {
  constexpr std::string_view kPrefix = "whsec_";
  constexpr std::size_t kShortest = 24;
  constexpr std::size_t kLongest = 64;
  const auto secret = read_secret(value);
  if (secret.empty()) return {};
  const std::string_view text = secret.reveal();
  auto key = text.starts_with(kPrefix) ? from_base64(text.substr(kPrefix.size())) : std::nullopt;
  if (key && key->size() >= kShortest && key->size() <= kLongest) return Secret(*std::move(key));
  value->problem("must be whsec_ and 24 to 64 bytes in base64, as `echo whsec_$(openssl rand -base64 32)` makes it");
  return {};
}

Notifications::Ends read_ends(const Value* value) {
  if (value == nullptr) return Notifications::ends_by_default();
  Notifications::Ends ends;
  for (const auto& item : value->items()) {
    const auto end = item.choice<std::string>({{"completed", "completed"},
                                               {"failed", "failed"},
                                               {"rolled_back", "rolled_back"},
                                               {"compensation_failed", "compensation_failed"},
                                               {"cancelled", "cancelled"}});
    if (end) ends.push_back(*end);
  }
  return ends;
}

/// Operators' addresses: the file quotes none in a message.
std::optional<Email> read_address(const Value* value) {
  if (value == nullptr) return std::nullopt;
  const auto text = value->text();
  if (!text) return std::nullopt;
  try {
    return Email::parse(*text);
  } catch (const Error&) {
    value->problem("must be an e-mail address such as ops@bakery.example, without a name");
    return std::nullopt;
  }
}

std::vector<Email> read_recipients(const Value* value) {
  std::vector<Email> addresses;
  if (value == nullptr) return addresses;
  const auto items = value->items();
  if (value->is_list() && items.empty()) value->problem("must name somebody");
  for (const auto& item : items) {
    const auto address = read_address(&item);
    if (!address) continue;
    if (std::ranges::find(addresses, *address) != addresses.end()) {
      item.problem("is there twice");
    } else {
      addresses.push_back(*address);
    }
  }
  return addresses;
}

Notifications::Webhook read_webhook(const Value& value) {
  const Fields fields(value, {"url", "secret", "on"});
  return {.url = read_secret(fields.require("url"), problem_of_receiver_url),
          .key = read_signing_key(fields.require("secret")),
          .on = read_ends(fields.find("on"))};
}

void read_credentials(Notifications::Mail& mail, const Fields& fields) {
  set(mail.user, fields.find("user"), &Value::text);
  mail.password = read_secret(fields.find("password"));
  if (fields.has("user") != fields.has("password")) {
    fields.map().problem("needs both of user and password, or neither");
  }
  if (fields.has("password") && !mail.starts_tls && !is_on_this_machine(mail.server)) {
    fields.map().problem("would send its password without TLS: leave out `starttls: false`");
  }
}

Notifications::Mail read_mail(const Value& value) {
  const Fields fields(value, {"server", "user", "password", "ca_file", "starttls", "from", "to", "on"});
  Notifications::Mail mail;
  if (const auto* server = fields.require("server")) {
    set(mail.server, server, &Value::text);
    if (!mail.server.empty()) {
      if (const auto what = problem_of_mail_url(mail.server); !what.empty()) server->problem(what);
    }
  }
  if (const auto* starts = fields.find("starttls")) {
    set(mail.starts_tls, starts, &Value::boolean);
    if (mail.server.starts_with("smtps://")) starts->problem("is for smtp://; with smtps:// everything is within TLS");
  }
  read_credentials(mail, fields);
  if (const auto* file = fields.find("ca_file")) mail.ca_file = file->file_path();
  mail.from = read_address(fields.require("from"));
  mail.to = read_recipients(fields.require("to"));
  mail.on = read_ends(fields.find("on"));
  return mail;
}

}  // namespace

Notifications read_notifications(const Value& value) {
  const Fields fields(value, {"slack", "datadog", "sentry", "webhook", "email", "give_up_after"});
  Notifications notifications;
  notifications.slack = read_secret(fields.find("slack"), problem_of_receiver_url);
  if (const auto* datadog = fields.find("datadog")) notifications.datadog = read_datadog(*datadog);
  notifications.sentry = read_secret(fields.find("sentry"), problem_of_sentry_dsn);
  if (const auto* webhook = fields.find("webhook")) notifications.webhook = read_webhook(*webhook);
  if (const auto* email = fields.find("email")) notifications.email = read_mail(*email);
  set(notifications.give_up_after, fields.find("give_up_after"), &Value::duration);
  return notifications;
}

}  // namespace tenure::estate
