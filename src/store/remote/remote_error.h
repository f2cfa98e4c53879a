#pragma once

#include "base/error.h"
#include "http/client.h"

namespace tenure::store {

/// The Error that an answer of 300 and above means. `method` decides what an answer of a gateway in between (502, 504)
/// leaves unknown. The service's own words are kept where its problem's type is one of Tenure's, and nowhere else.
Error error_of_answer(const http::Answer& answer, const std::string& method);

}  // namespace tenure::store
