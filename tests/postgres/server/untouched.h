#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/postgres/server/api_description.h"
#include "tests/postgres/server/orders.h"

namespace tenure::server {

/// What a failed expectation prints.
std::string show(const Response& answer);

/// One written route, and an estate in which no test may change anything: all of them share one, and each looks at
/// every row before and after.
class Untouched : public ::testing::TestWithParam<WrittenRoute> {
 protected:
  struct World {
    SmallEstate estate;
    Scene scene{estate};
    std::vector<Caller> people = people_of(estate, scene);
  };

  Untouched();
  ~Untouched() override;

  static World& world();
  static SmallEstate& estate() { return world().estate; }
  /// The routes of the running API that the written one stands for.
  static std::vector<const Route*> routes();
  /// Somebody who may call the route; nobody in particular where everybody may: each kind of service and of person of
  /// whom an order differs.
  static std::vector<Caller> admitted(const Route& route);
  static const ApiDescription& description();

  /// The answer is a problem of this status, as it is described; where there is a `field`, its detail names it.
  static void expect_problem(const Response& answer, int status, const std::string& what,
                             const std::string& field = {});

 private:
  const std::string before_;
};

}  // namespace tenure::server
