#include "server/client_address.h"

#include <algorithm>
#include <optional>

namespace tenure::server {
namespace {

std::string_view without_blanks(std::string_view text) {
  const auto begin = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

/// "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]" or "[2001:db8::1]:80".
std::optional<IpAddress> parse_hop(std::string_view text) {
  text = without_blanks(text);
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    return end == std::string_view::npos ? std::nullopt : IpAddress::parse(text.substr(1, end - 1));
  }
  if (std::count(text.begin(), text.end(), ':') == 1) text = text.substr(0, text.find(':'));
  return IpAddress::parse(text);
}

bool is_one_of(const IpAddress& address, const std::vector<Network>& proxies) {
  return std::any_of(proxies.begin(), proxies.end(), [&](const Network& proxy) { return proxy.contains(address); });
}

}  // namespace

bool is_from_proxy(const Request& request, const std::vector<Network>& proxies) {
  const auto peer = parse_hop(request.remote_address);
  return peer && is_one_of(*peer, proxies);
}

std::string client_of(const Request& request, const std::vector<Network>& proxies) {
  auto client = parse_hop(request.remote_address);
  if (!client) return request.remote_address;
  const auto header = request.header("x-forwarded-for").value_or("");
  std::string_view hops = header;
  while (!hops.empty() && is_one_of(*client, proxies)) {
    const auto comma = hops.rfind(',');
    const auto hop = parse_hop(comma == std::string_view::npos ? hops : hops.substr(comma + 1));
    if (!hop) break;
    client = hop;
    hops = comma == std::string_view::npos ? std::string_view() : hops.substr(0, comma);
  }
  return client->subscriber();
}

}  // namespace tenure::server
