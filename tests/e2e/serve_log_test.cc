#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/e2e/managed_shop.h"

// What a server writes while it works is kept for longer than the people it is about.
namespace tenure::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ServeLog : public ManagedShop {};

TEST_F(ServeLog, NamesNoUserWhoWasDeleted) {
  const auto user = people().person("gone");
  const auto erased = people().as_service("DELETE", "/api/v1/auth/users/" + user.str());
  ASSERT_EQ(erased.status, 200) << erased;
  EXPECT_EQ(server_->stop(), 0);
  EXPECT_THAT(server_->errors(), HasSubstr("user.deleted")) << "that it was published";
  std::istringstream lines(server_->errors());
  for (std::string line; std::getline(lines, line);) EXPECT_TRUE(json::accept(line)) << line;
  const auto printed = server_->output() + server_->errors();
  EXPECT_THAT(printed, Not(HasSubstr(user.str())));
}

}  // namespace
}  // namespace tenure::e2e
