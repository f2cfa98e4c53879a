#include "estate/url.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace tenure::estate {
namespace {

constexpr std::size_t kLongestLabel = 63;
constexpr std::size_t kLongestHostName = 253;

constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_host(std::string_view text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
    return text.substr(1, text.size() - 2).find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
  }
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_lower(c) || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '.' || c == '-' || c == '_';
  });
}

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port != 0;
}

/// A host and perhaps a port.
struct Authority {
  explicit Authority(std::string_view text) {
    const auto colon = text.ends_with(']') ? std::string_view::npos : text.rfind(':');
    host = text.substr(0, colon);
    if (!is_host(host)) {
      problem = "has no valid host";
    } else if (colon != std::string_view::npos && !is_port(text.substr(colon + 1))) {
      problem = "must have a port from 1 to 65535";
    }
  }

  std::string_view host;
  std::string_view problem;  ///< empty: none
};

std::size_t scheme_length(std::string_view text) {
  return text.starts_with("http://") ? 7U : text.starts_with("https://") ? 8U : 0U;
}

bool is_this_machine(std::string_view host) { return host == "localhost" || host == "127.0.0.1" || host == "[::1]"; }

constexpr std::string_view kNotSecret = "must begin with https://; http:// is for this machine alone";

std::string_view problem_of_authority(std::string_view text, bool is_secret) {
  const Authority authority(text);
  if (!authority.problem.empty()) return authority.problem;
  return !is_secret && !is_this_machine(authority.host) ? kNotSecret : std::string_view();
}

/// What secrets are sent to, or are believed when they come from.
struct Receiver {
  explicit Receiver(std::string_view text) {
    const auto scheme = scheme_length(text);
    const bool is_secret = text.starts_with("https://");
    text.remove_prefix(scheme);
    const auto host_and_port = text.substr(0, text.find_first_of("/?#"));
    path = text.substr(host_and_port.size());
    if (scheme == 0) {
      problem = kNotSecret;
    } else if (host_and_port.find('@') != std::string_view::npos) {
      problem = "must not hold a user or a password";
    } else {
      problem = problem_of_authority(host_and_port, is_secret);
    }
  }

  std::string_view path;     ///< and what comes behind it
  std::string_view problem;  ///< of what is before the path; empty: none
};

std::string_view problem_of_path(std::string_view path) {
  const bool is_encoded = std::all_of(path.begin(), path.end(), [](char c) { return c > ' ' && c <= '~' && c != '#'; });
  return is_encoded ? std::string_view() : "must be plain ASCII without spaces and without a fragment";
}

bool is_label(std::string_view text) {
  if (text.empty() || text.size() > kLongestLabel || text.front() == '-' || text.back() == '-') return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

}  // namespace

std::string_view problem_of_url(std::string_view text) {
  const auto scheme = scheme_length(text);
  if (scheme == 0) return "must begin with http:// or https://";
  text.remove_prefix(scheme);
  if (text.find('@') != std::string_view::npos) return "must not hold a user or a password";
  if (text.find_first_of("?#") != std::string_view::npos) return "must not have a query or a fragment";
  if (text.find('/') != std::string_view::npos) return "must end with the host or the port, without a path";
  return Authority(text).problem;
}

std::string_view problem_of_receiver_url(std::string_view text) {
  const Receiver receiver(text);
  return receiver.problem.empty() ? problem_of_path(receiver.path) : receiver.problem;
}

std::string_view problem_of_jwks_url(std::string_view text) {
  const Receiver receiver(text);
  if (!receiver.problem.empty()) return receiver.problem;
  if (receiver.path.size() < 2 || receiver.path.front() != '/') return "must have the path of the set of keys";
  return problem_of_path(receiver.path);
}

std::string_view problem_of_sentry_dsn(std::string_view text) {
  const auto scheme = scheme_length(text);
  if (scheme == 0) return kNotSecret;
  const bool is_secret = text.starts_with("https://");
  text.remove_prefix(scheme);
  const auto at = text.find('@');
  const auto key = text.substr(0, at);
  const bool is_key = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return is_lower(c) || (c >= 'A' && c <= 'Z') || is_digit(c);
  });
  if (at == std::string_view::npos || !is_key) return "must have a key before the host";
  text.remove_prefix(at + 1);
  const auto slash = text.find('/');
  if (const auto what = problem_of_authority(text.substr(0, slash), is_secret); !what.empty()) return what;
  const auto project = slash == std::string_view::npos ? std::string_view() : text.substr(text.rfind('/') + 1);
  return project.empty() || !std::all_of(project.begin(), project.end(), is_digit)
             ? "must end with the number of a project"
             : std::string_view();
}

std::string_view problem_of_broker_url(std::string_view text) {
  const auto scheme = text.starts_with("amqp://") ? 7U : text.starts_with("amqps://") ? 8U : 0U;
  if (scheme == 0) return "must begin with amqp:// or amqps://";
  text.remove_prefix(scheme);
  if (const auto user = text.find('@'); user != std::string_view::npos) text.remove_prefix(user + 1);
  if (text.find_first_of("?#@") != std::string_view::npos) return "must not have a query, a fragment or a second @";
  return Authority(text.substr(0, text.find('/'))).problem;
}

std::string_view problem_of_mail_url(std::string_view text) {
  const auto scheme = text.starts_with("smtp://") ? 7U : text.starts_with("smtps://") ? 8U : 0U;
  if (scheme == 0) return "must begin with smtp:// or smtps://";
  text.remove_prefix(scheme);
  if (text.find('@') != std::string_view::npos)
    return "must not hold a user or a password; these have keys of their own";
  if (text.find_first_of("/?#") != std::string_view::npos) return "must end with the host or the port";
  return Authority(text).problem;
}

bool is_on_this_machine(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return false;
  url.remove_prefix(scheme + 3);
  return is_this_machine(Authority(url.substr(0, url.find_first_of("/?#"))).host);
}

bool is_host_name(std::string_view text) {
  if (text.size() > kLongestHostName) return false;
  while (true) {
    const auto dot = text.find('.');
    const auto label = text.substr(0, dot);
    if (!is_label(label)) return false;
    // No top-level domain is a number, by which addresses are told apart.
    if (dot == std::string_view::npos) return !std::all_of(label.begin(), label.end(), is_digit);
    text.remove_prefix(dot + 1);
  }
}

}  // namespace tenure::estate
