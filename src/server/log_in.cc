#include "server/log_in.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "base/email.h"
#include "server/account_fields.h"
#include "server/body.h"
#include "server/problem.h"

namespace tenure::server {
namespace {

constexpr Milliseconds kPasswordTimeout{30000};

/// Under what a log-in's address is counted: nobody's address is kept in memory for it.
std::string counted_as(const Email& email) { return "email:" + Digest().add(email.address()).hex(); }

}  // namespace

std::variant<identity::TokenPair, Response> log_in_with(const AuthServices& services, const Request& request) {
  Body body(request, {"email", "password"});
  const auto email = body.parsed("email", email_of);
  const auto password = body.secret("password");
  body.check();
  if (const auto wait = services.password_tries.admit(counted_as(email.value()))) {
    return too_many_requests(*wait, request.request_id);
  }
  return services.login.log_in(email.value(), password, request.call_within(kPasswordTimeout));
}

}  // namespace tenure::server
