#pragma once

#include <string_view>

namespace tenure::estate {

/// What is wrong with the URL of a service; empty when it is http:// or https://, a host and perhaps a port.
std::string_view problem_of_url(std::string_view text);

/// What is wrong with the URL of a set of keys; empty when it is https:// with a path, or http:// with a path on this
/// machine, whose network nobody listens to.
std::string_view problem_of_jwks_url(std::string_view text);

/// What is wrong with a URL that secrets are sent to; empty when it is https://, or http:// on this machine.
std::string_view problem_of_receiver_url(std::string_view text);

/// What is wrong with a Sentry DSN; empty when it is such a URL with a key before the host and a project behind it:
/// https://KEY@sentry.example/42
std::string_view problem_of_sentry_dsn(std::string_view text);

/// What is wrong with the URL of a message broker; empty when it is amqp:// or amqps://, perhaps a user and password, a
/// host, perhaps a port, and perhaps a virtual host.
std::string_view problem_of_broker_url(std::string_view text);

/// What is wrong with the URL of a mail server; empty when it is smtp:// or smtps://, a host and perhaps a port.
std::string_view problem_of_mail_url(std::string_view text);

/// Whether a URL's host is this machine, to which nobody listens in.
bool is_on_this_machine(std::string_view url);

/// A host name by RFC 1123 in lower case, of at most 253 characters; an address is none.
bool is_host_name(std::string_view text);

}  // namespace tenure::estate
