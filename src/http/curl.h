#pragma once

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <string>

#include "base/call.h"
#include "base/error.h"

/// libcurl's objects with an owner, and what every transfer has. For the .cc files that speak to libcurl only.
namespace tenure::http {

template <auto free_function>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    free_function(object);
  }
};
using Handle = std::unique_ptr<CURL, Freed<curl_easy_cleanup>>;
using StringList = std::unique_ptr<curl_slist, Freed<curl_slist_free_all>>;
using Url = std::unique_ptr<CURLU, Freed<curl_url_cleanup>>;
using Mime = std::unique_ptr<curl_mime, Freed<curl_mime_free>>;

/// @throws Error(internal) when libcurl could not be initialised.
inline Handle make_handle() {
  static const auto result = curl_global_init(CURL_GLOBAL_DEFAULT);
  Handle handle(result == CURLE_OK ? curl_easy_init() : nullptr);
  if (!handle) throw Error(ErrorCode::internal, "libcurl could not be initialised");
  return handle;
}

/// Copies the text.
inline void append(StringList& list, const std::string& text) {
  list.reset(curl_slist_append(list.release(), text.c_str()));
}

inline int on_progress(void* call, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const Call*>(call)->stop.stop_requested() ? 1 : 0;
}

/// Ends the transfer with the call, which outlives it: by CURLE_OPERATION_TIMEDOUT or CURLE_ABORTED_BY_CALLBACK.
inline void heed(CURL* curl, const Call& call) {
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  if (!call.deadline.is_unlimited()) {
    const auto left = std::max<long>(1, static_cast<long>(call.deadline.left().count()));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, left);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, std::min(left, 10'000L));
  }
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, const_cast<Call*>(&call));
}

/// @throws Error when the call has ended already.
inline void require_time(const Call& call) {
  if (call.stop.stop_requested()) throw Error(ErrorCode::unavailable, "the call was stopped", Retry::later);
  if (call.deadline.has_passed()) throw Error(ErrorCode::timeout, "the deadline has passed", Retry::later);
}

}  // namespace tenure::http
