#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/call.h"
#include "base/secret.h"

namespace tenure::http {

struct Request {
  std::string method = "GET";
  std::string url = {};                   ///< http or https
  std::vector<std::string> headers = {};  ///< "Name: value"
  std::string body = {};                  ///< none is sent when empty
  std::string content_type = "application/json";
  Secret bearer = {};  ///< sent as the Authorization header, when there is one
};

struct Answer {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

inline constexpr std::size_t kLargestAnswer = 8U << 20U;

/// One request and its answer, within the call's deadline. Redirects are not followed, and a proxy from the environment
/// is not used for this machine's own addresses. An answer of any status is an answer.
///
/// @throws Error(unavailable) when the other side could not be reached and nothing was sent, or when a GET got no whole
/// answer; Error(timeout) when the deadline passed in either case; Error(outcome_unknown) when anything but a GET was
/// sent and no whole answer came; Error(corrupt) for an answer larger than kLargestAnswer; Error(invalid_argument) for
/// a malformed URL or header. No message holds the URL. Thread-safe.
Answer send(const Request& request, const Call& call);

}  // namespace tenure::http
