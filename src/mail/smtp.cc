#include "mail/smtp.h"

#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "http/curl.h"

namespace tenure::mail {
namespace {

using http::append;
using http::Handle;
using http::Mime;
using http::StringList;

constexpr int kFirstRefusal = 500;
// 530 to 538: who we are is at fault, not the message (RFC 4954, section 6; RFC 3207, section 4).
constexpr int kFirstOfCredentials = 530;
constexpr int kLastOfCredentials = 538;

/// Where libcurl says in words what went wrong.
using Words = std::array<char, CURL_ERROR_SIZE>;

void add_part(curl_mime* parts, const std::string& text, const char* type) {
  auto* part = curl_mime_addpart(parts);
  curl_mime_data(part, text.data(), text.size());
  curl_mime_type(part, type);
  curl_mime_encoder(part, "quoted-printable");
}

/// The text first: a reader shows the last part that it can (RFC 2046, section 5.1.4).
Mime body_of(CURL* curl, const Message& message) {
  Mime alternatives(curl_mime_init(curl));
  add_part(alternatives.get(), message.text, "text/plain; charset=utf-8");
  add_part(alternatives.get(), message.html, "text/html; charset=utf-8");
  return alternatives;
}

void set_server(CURL* curl, const Server& server) {
  curl_easy_setopt(curl, CURLOPT_URL, server.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_USE_SSL, static_cast<long>(server.starts_tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  if (server.ca_file) curl_easy_setopt(curl, CURLOPT_CAINFO, server.ca_file->c_str());
  if (server.user.empty()) return;
  curl_easy_setopt(curl, CURLOPT_USERNAME, server.user.c_str());
  curl_easy_setopt(curl, CURLOPT_PASSWORD, server.password.reveal().c_str());
}

Error failure_of(CURL* curl, CURLcode result, const Words& words) {
  long answer = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
  if (result == CURLE_ABORTED_BY_CALLBACK) return {ErrorCode::unavailable, "the call was stopped", Retry::later};
  std::string why = words[0] != '\0' ? words.data() : curl_easy_strerror(result);
  const bool is_about_us = answer >= kFirstOfCredentials && answer <= kLastOfCredentials;
  const bool is_answer = result == CURLE_SEND_ERROR || result == CURLE_WEIRD_SERVER_REPLY;
  if (!is_answer) return {ErrorCode::unavailable, std::move(why), Retry::later};
  why = fmt::format("the server answered {}", answer);
  if (answer >= kFirstRefusal && !is_about_us) return {ErrorCode::refused, std::move(why)};
  return {ErrorCode::unavailable, std::move(why), Retry::later};
}

}  // namespace

void send(const Server& server, const Message& message, const Call& call) {
  http::require_time(call);
  const auto curl = http::make_handle();
  Words words{};
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, words.data());
  set_server(curl.get(), server);
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, message.from.address().c_str());
  StringList recipients;
  append(recipients, message.to.address());
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, recipients.get());
  StringList header;
  for (const auto& line : header_of(message)) append(header, line);
  append(header, "Content-Type: multipart/alternative");  // libcurl adds the boundary
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, header.get());
  const auto body = body_of(curl.get(), message);
  curl_easy_setopt(curl.get(), CURLOPT_MIMEPOST, body.get());
  http::heed(curl.get(), call);
  const auto result = curl_easy_perform(curl.get());
  if (result != CURLE_OK) throw failure_of(curl.get(), result, words);
}

}  // namespace tenure::mail
