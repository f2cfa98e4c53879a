#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/e2e/rolled_out_product.h"
#include "tests/support/paths.h"

// Spec D12: what deploy/targets/kubernetes.sh asks of a cluster, and in which order. In place of kubectl stands a
// program that writes down what it is asked, and answers as a cluster would.
namespace tenure::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kKubectl = R"(#!/bin/sh
echo "$*" >>"$CALLS"
case "$1 $2" in
  'kustomize '*) cat "$2"/../../base/*.yaml ;;
  'apply '*) cat "${7}" >>"$APPLIED" ;;
  'get job') printf '%s ' "$JOB_ENDS" ;;
  'rollout status') [ "$POD_STARTS" = yes ] || [ -e "$CALLS.undone" ] ;;
  'rollout undo') touch "$CALLS.undone" ;;
esac
)";

class KubernetesTarget : public ::testing::Test {
 protected:
  KubernetesTarget() {
    folder_.write("bin/kubectl", kKubectl);
    std::filesystem::permissions(folder_ / "bin/kubectl", std::filesystem::perms::owner_all);
  }

  test::Finished roll_out(const std::string& job_ends, const std::string& url, const std::string& pod_starts = "yes") {
    return test::run_process({RolledOutProduct::script("roll_out"), RolledOutProduct::script("targets/kubernetes.sh"),
                              "registry.example/tenure:1.2.3"},
                             {.environment = {{"PATH", (folder_ / "bin").string() + ":/usr/bin:/bin"},
                                              {"CALLS", (folder_ / "calls").string()},
                                              {"APPLIED", (folder_ / "applied").string()},
                                              {"JOB_ENDS", job_ends},
                                              {"POD_STARTS", pod_starts},
                                              {"TENURE_OVERLAY", "uat"},
                                              {"TENURE_URL", url},
                                              {"HEALTH_TIMEOUT", "2"}}});
  }
  std::string text_of(const std::string& name) const {
    std::ifstream stream(folder_ / name);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  const test::TemporaryFolder folder_;
};

TEST_F(KubernetesTarget, AFailedJobEndsItBeforeTheDeploymentIsTouched) {
  const auto finished = roll_out("Failed", "http://127.0.0.1:1");
  EXPECT_NE(finished.status, 0);
  EXPECT_THAT(finished.errors, HasSubstr("the migration failed, so nothing is rolled out"));
  const auto calls = text_of("calls");
  EXPECT_THAT(calls, HasSubstr("delete job tenure-migrate --namespace tenure-uat"));
  EXPECT_THAT(calls, HasSubstr("apply --namespace tenure-uat --selector tenure/step=migrate"));
  EXPECT_THAT(calls, HasSubstr("logs job/tenure-migrate"));
  EXPECT_THAT(calls, Not(HasSubstr("tenure/step=serve")));
  EXPECT_THAT(calls, Not(HasSubstr("rollout")));
}

TEST_F(KubernetesTarget, AfterTheJobTheDeploymentGoesAndIsTriedOut) {
  RolledOutProduct product;
  const auto serving = product.roll_out(product.release("one"));
  ASSERT_EQ(serving.status, 0) << serving.errors;
  const auto finished = roll_out("Complete", product.url());
  EXPECT_EQ(finished.status, 0) << finished.errors;
  const auto calls = text_of("calls");
  EXPECT_LT(calls.find("tenure/step=settings"), calls.find("tenure/step=migrate"));
  EXPECT_LT(calls.find("get job tenure-migrate"), calls.find("tenure/step=serve"));
  EXPECT_LT(calls.find("tenure/step=serve"), calls.find("rollout status deployment/tenure"));
  EXPECT_THAT(calls, Not(HasSubstr("undo")));
  const auto applied = text_of("applied");
  EXPECT_THAT(applied, HasSubstr("image: registry.example/tenure:1.2.3"));
  EXPECT_THAT(applied, Not(HasSubstr("image: tenure:latest")));
}

TEST_F(KubernetesTarget, ADeploymentThatDoesNotComeUpIsUndone) {
  const auto finished = roll_out("Complete", "http://127.0.0.1:1", "no");
  EXPECT_NE(finished.status, 0);
  EXPECT_THAT(text_of("calls"), HasSubstr("rollout undo deployment/tenure --namespace tenure-uat"));
  EXPECT_THAT(finished.errors, HasSubstr("the version before serves again"));
}

TEST_F(KubernetesTarget, ADeploymentThatIsNotHealthyIsUndone) {
  const auto finished = roll_out("Complete", "http://127.0.0.1:1");
  EXPECT_NE(finished.status, 0);
  EXPECT_THAT(text_of("calls"), HasSubstr("rollout undo deployment/tenure"));
}

}  // namespace
}  // namespace tenure::e2e
