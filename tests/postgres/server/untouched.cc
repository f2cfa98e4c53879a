#include "tests/postgres/server/untouched.h"

#include <fmt/format.h>

namespace tenure::server {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string show(const Response& answer) { return fmt::format("{} {}", answer.status, answer.body); }

Untouched::Untouched() : before_(estate().digest()) {}

Untouched::~Untouched() { EXPECT_EQ(estate().digest(), before_) << GetParam().route << " changed something"; }

Untouched::World& Untouched::world() {
  test::cluster();  // so that it is stopped after the estate
  static World world;
  return world;
}

std::vector<const Route*> Untouched::routes() { return running_routes(estate().api().router(), GetParam().route); }

std::vector<Caller> Untouched::admitted(const Route& route) {
  if (route.access.is_public()) return {Caller{.name = "nobody", .kinds = {}}};
  std::vector<Caller> callers;
  for (const auto& service : services_for(estate(), route)) {
    if (callers.empty() && may_call(GetParam(), service.kinds)) callers.push_back(service);
  }
  for (const auto& person : world().people) {
    const bool is_first_person = callers.empty() || callers.back().is_service();
    if (is_first_person && may_call(GetParam(), person.kinds)) callers.push_back(person);
  }
  return callers;
}

const ApiDescription& Untouched::description() {
  static const ApiDescription description;
  return description;
}

void Untouched::expect_problem(const Response& answer, int status, const std::string& what, const std::string& field) {
  EXPECT_EQ(answer.status, status) << what << ": " << show(answer);
  EXPECT_THAT(description().problems_of(GetParam().route, answer), IsEmpty()) << what << ": " << show(answer);
  const auto body = nlohmann::json::parse(answer.body, nullptr, false);
  EXPECT_THAT(body.is_object() ? body.value("detail", "") : "", HasSubstr(field)) << what << ": " << show(answer);
}

}  // namespace tenure::server
