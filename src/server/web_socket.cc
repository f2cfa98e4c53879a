#include "server/web_socket.h"

#include <algorithm>
#include <cctype>
#include <restinio/utils/base64.hpp>
#include <restinio/utils/sha1.hpp>

namespace tenure::server {
namespace {

// RFC 6455, 1.3.
constexpr std::string_view kKeySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
// 16 bytes in base64.
constexpr std::size_t kKeySize = 24;

/// Whether one of the words of a header, which are separated by commas, is this one in any case.
bool has_word(const Request& request, std::string_view header, std::string_view lower_case_word) {
  const auto value = request.header(header).value_or("");
  std::string word;
  for (std::size_t at = 0; at <= value.size(); ++at) {
    if (at < value.size() && value[at] != ',') {
      if (value[at] != ' ') word.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(value[at]))));
      continue;
    }
    if (word == lower_case_word) return true;
    word.clear();
  }
  return false;
}

}  // namespace

std::string accept_value_of(std::string_view key) {
  const auto digest = restinio::utils::sha1::make_digest(std::string(key).append(kKeySuffix));
  return restinio::utils::base64::encode(restinio::utils::sha1::to_string(digest));
}

bool wants_web_socket(const Request& request) { return has_word(request, "upgrade", "websocket"); }

const char* fault_of_handshake(const Request& request) {
  if (request.method != "GET") return "a WebSocket is opened with GET";
  if (!has_word(request, "connection", "upgrade")) return "Connection: does not say Upgrade";
  if (request.header("sec-websocket-version") != "13") return "Sec-WebSocket-Version: only 13 is known";
  if (request.header("sec-websocket-key").value_or("").size() != kKeySize) return "Sec-WebSocket-Key: not 16 bytes";
  return nullptr;
}

}  // namespace tenure::server
