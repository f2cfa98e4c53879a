#pragma once

#include "tests/support/server.h"

namespace tenure::e2e {

using nlohmann::json;
using test::Answer;
using test::Environment;
using test::run_tenure;
using test::Server;

}  // namespace tenure::e2e
