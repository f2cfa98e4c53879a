#include "http/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "base/error.h"
#include "http/curl.h"

namespace tenure::http {
namespace {

/// What the callbacks fill while curl works.
struct Receiving {
  Answer answer;
  bool is_too_large = false;
};

std::size_t on_body(char* bytes, std::size_t, std::size_t count, void* receiving) {
  auto& to = *static_cast<Receiving*>(receiving);
  if (to.answer.body.size() + count > kLargestAnswer) {
    to.is_too_large = true;
    return 0;
  }
  to.answer.body.append(bytes, count);
  return count;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::size_t on_header(char* bytes, std::size_t, std::size_t count, void* receiving) {
  const std::string_view line(bytes, count);
  const auto colon = line.find(':');
  if (colon != std::string_view::npos) {
    std::string name(trimmed(line.substr(0, colon)));
    for (auto& letter : name) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    static_cast<Receiving*>(receiving)->answer.headers[name] = trimmed(line.substr(colon + 1));
  }
  return count;
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host.rfind("127.", 0) == 0 || host == "[::1]" || host == "::1";
}

std::string host_of(const std::string& url) {
  const Url parsed(curl_url());
  char* host = nullptr;
  // curl takes "http:///a/b" for "http://a/b".
  if (!parsed || url.find(":///") != std::string::npos ||
      curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
      curl_url_get(parsed.get(), CURLUPART_HOST, &host, 0) != CURLUE_OK) {
    throw Error(ErrorCode::invalid_argument, "url: not a valid http or https URL");
  }
  std::string text(host);
  curl_free(host);
  return text;
}

StringList header_list(const Request& request) {
  auto headers = request.headers;
  if (!request.body.empty()) headers.push_back("Content-Type: " + request.content_type);
  if (!request.bearer.empty()) headers.push_back("Authorization: Bearer " + request.bearer.reveal());
  StringList list;
  for (const auto& header : headers) {
    const auto is_control = [](char letter) { return static_cast<unsigned char>(letter) < 0x20; };
    if (std::any_of(header.begin(), header.end(), is_control)) {
      throw Error(ErrorCode::invalid_argument, "a header of a request holds a control character");
    }
    append(list, header);
  }
  return list;
}

void set_options(CURL* curl, const Request& request, const Call& call, curl_slist* headers, Receiving& receiving) {
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  if (!request.body.empty()) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  if (is_loopback(host_of(request.url))) curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &receiving);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &receiving);
  heed(curl, call);
}

/// curl counts a request's bytes as they go out: none means that the other side cannot have acted on it.
bool was_sent(CURL* curl) {
  long bytes = 0;
  curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &bytes);
  return bytes > 0;
}

Error failure_of(CURL* curl, CURLcode result, const Request& request, const Call& call, const Receiving& receiving) {
  if (receiving.is_too_large) {
    return Error(ErrorCode::corrupt, fmt::format("the answer is larger than {} MiB", kLargestAnswer >> 20U));
  }
  if (result == CURLE_URL_MALFORMAT || result == CURLE_UNSUPPORTED_PROTOCOL) {
    return Error(ErrorCode::invalid_argument, "url: not a valid http or https URL");
  }
  const std::string why = result == CURLE_ABORTED_BY_CALLBACK ? "the call was stopped" : curl_easy_strerror(result);
  const bool is_sent = was_sent(curl);
  if (is_sent && request.method != "GET") {
    return Error(ErrorCode::outcome_unknown, fmt::format("the request was sent and no answer came: {}", why),
                 Retry::later);
  }
  // curl's own clock may be a moment ahead; a connection has a shorter limit than the call.
  const bool is_over = is_sent || call.deadline.left() < Milliseconds(50);
  return Error(result == CURLE_OPERATION_TIMEDOUT && is_over ? ErrorCode::timeout : ErrorCode::unavailable, why,
               Retry::later);
}

}  // namespace

Answer send(const Request& request, const Call& call) {
  require_time(call);
  const auto curl = make_handle();
  Receiving receiving;
  const auto headers = header_list(request);
  set_options(curl.get(), request, call, headers.get(), receiving);
  const auto result = curl_easy_perform(curl.get());
  if (result != CURLE_OK) throw failure_of(curl.get(), result, request, call, receiving);
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  receiving.answer.status = static_cast<int>(status);
  return std::move(receiving.answer);
}

}  // namespace tenure::http
