#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "tests/support/paths.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

// Spec D12: the files of deploy/ are what they should be, as far as they can be read without a cluster: workflows that
// migrate first, manifests that keep the old version until the new one is ready, an image that holds what the program
// needs.
namespace tenure::e2e {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

const fs::path kDeploy = TENURE_SOURCE_DIR "/deploy";

std::string text_of(const fs::path& file) {
  std::ifstream stream(file);
  EXPECT_TRUE(stream) << file;
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<YAML::Node> documents(const std::string& file) { return YAML::LoadAllFromFile((kDeploy / file).string()); }

YAML::Node document(const std::string& file) { return YAML::LoadFile((kDeploy / file).string()); }

std::vector<fs::path> files_ending(const std::string& extension) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(kDeploy)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  return files;
}

std::vector<std::string> words_of(const YAML::Node& list) { return list.as<std::vector<std::string>>(); }

test::Finished check_syntax(const std::string& script) { return test::run_process({"bash", "-n"}, {}, script); }

TEST(DeployFiles, EveryYamlFileCanBeRead) {
  const auto files = files_ending(".yaml");
  EXPECT_GE(files.size(), 13U);
  for (const auto& file : files) {
    EXPECT_NO_THROW(EXPECT_FALSE(YAML::LoadAllFromFile(file.string()).empty()) << file) << file;
  }
}

TEST(DeployFiles, EveryScriptIsOneAndCanBeRun) {
  for (const auto* name : {"roll_out", "wait_healthy", "smoke_test"}) {
    EXPECT_NE(fs::status(kDeploy / name).permissions() & fs::perms::owner_exec, fs::perms::none) << name;
    EXPECT_EQ(check_syntax(text_of(kDeploy / name)).status, 0) << name;
  }
  for (const auto& target : files_ending(".sh")) EXPECT_EQ(check_syntax(text_of(target)).status, 0) << target;
}

// Workflows.

TEST(Workflows, ThereIsOneForEachEnvironmentAndNoneDoesMoreThanCallTheRollOut) {
  for (const auto* environment : {"dev", "uat", "production"}) {
    const auto workflow = document("workflows/" + std::string(environment) + ".yaml");
    ASSERT_EQ(workflow["jobs"].size(), 1U);
    const auto job = workflow["jobs"][environment];
    EXPECT_EQ(job["uses"].as<std::string>(), "./.github/workflows/roll_out.yaml");
    EXPECT_TRUE(fs::exists(kDeploy / "workflows/roll_out.yaml"));
    EXPECT_EQ(job["with"]["environment"].as<std::string>(), environment);
    EXPECT_TRUE(fs::is_directory(kDeploy / "kubernetes/overlays" / environment));
    const auto called = document("workflows/roll_out.yaml")["on"]["workflow_call"];
    for (const auto& input : called["inputs"]) EXPECT_TRUE(job["with"][input.first.as<std::string>()]) << environment;
    for (const auto& secret : called["secrets"]) {
      EXPECT_TRUE(job["secrets"][secret.first.as<std::string>()]) << environment;
    }
    EXPECT_EQ(workflow["permissions"]["contents"].as<std::string>(), "read");
  }
}

TEST(Workflows, TheRollOutIsOneScriptAfterTheImageInItsEnvironmentOneAtATime) {
  const auto workflow = document("workflows/roll_out.yaml");
  EXPECT_EQ(workflow["concurrency"]["group"].as<std::string>(), "roll-out-${{ inputs.environment }}");
  EXPECT_FALSE(workflow["concurrency"]["cancel-in-progress"].as<bool>());
  const auto job = workflow["jobs"]["roll-out"];
  EXPECT_EQ(job["needs"].as<std::string>(), "image");
  EXPECT_EQ(job["environment"]["name"].as<std::string>(), "${{ inputs.environment }}");
  std::string commands;
  for (const auto& step : job["steps"]) {
    if (step["run"]) commands += step["run"].as<std::string>() + "\n";
  }
  EXPECT_THAT(commands, HasSubstr("deploy/roll_out deploy/targets/kubernetes.sh \"$IMAGE\""));
  EXPECT_THAT(commands, Not(HasSubstr("kubectl"))) << "there is no way past the migration";
}

// What somebody types into a title or a tag could be run otherwise.
TEST(Workflows, NoCommandIsPutTogetherOfExpressions) {
  for (const auto& file : files_ending(".yaml")) {
    if (file.parent_path().filename() != "workflows") continue;
    for (const auto& job : YAML::LoadFile(file.string())["jobs"]) {
      EXPECT_TRUE(job.second["uses"] || job.second["timeout-minutes"]) << file;
      for (const auto& step : job.second["steps"]) {
        if (!step["run"]) continue;
        const auto command = step["run"].as<std::string>();
        EXPECT_THAT(command, Not(HasSubstr("${{"))) << file;
        EXPECT_EQ(check_syntax(command).status, 0) << file << ": " << command;
      }
    }
  }
}

// Kubernetes.

TEST(Manifests, TheMigrationIsAJobThatIsTriedOnce) {
  const auto job = document("kubernetes/base/migrate.yaml");
  EXPECT_EQ(job["kind"].as<std::string>(), "Job");
  EXPECT_EQ(job["metadata"]["labels"]["tenure/step"].as<std::string>(), "migrate");
  EXPECT_EQ(job["spec"]["backoffLimit"].as<int>(), 0);
  EXPECT_TRUE(job["spec"]["activeDeadlineSeconds"]);
  EXPECT_EQ(job["spec"]["template"]["spec"]["restartPolicy"].as<std::string>(), "Never");
  EXPECT_EQ(words_of(job["spec"]["template"]["spec"]["containers"][0]["args"]), std::vector<std::string>{"migrate"});
}

TEST(Manifests, TheOldVersionGoesWhenTheNewOneIsReady) {
  const auto deployment = documents("kubernetes/base/serve.yaml").at(0);
  EXPECT_EQ(deployment["kind"].as<std::string>(), "Deployment");
  EXPECT_EQ(deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"].as<int>(), 0);
  const auto container = deployment["spec"]["template"]["spec"]["containers"][0];
  EXPECT_EQ(container["readinessProbe"]["httpGet"]["path"].as<std::string>(), "/health/ready");
  EXPECT_EQ(container["livenessProbe"]["httpGet"]["path"].as<std::string>(), "/health/live");
  const auto service = documents("kubernetes/base/serve.yaml").at(1);
  for (const auto& label : service["spec"]["selector"]) {
    EXPECT_EQ(deployment["spec"]["template"]["metadata"]["labels"][label.first.as<std::string>()].as<std::string>(),
              label.second.as<std::string>());
  }
  EXPECT_NE(document("kubernetes/base/migrate.yaml")["spec"]["template"]["metadata"]["labels"]["app"].as<std::string>(),
            service["spec"]["selector"]["app"].as<std::string>())
      << "a migration must not get requests";
}

TEST(Manifests, ContainersMayDoNothingButTheirWork) {
  for (const auto& manifest :
       {document("kubernetes/base/migrate.yaml"), documents("kubernetes/base/serve.yaml").at(0)}) {
    const auto pod = manifest["spec"]["template"]["spec"];
    EXPECT_TRUE(pod["securityContext"]["runAsNonRoot"].as<bool>());
    EXPECT_FALSE(pod["automountServiceAccountToken"].as<bool>());
    const auto context = pod["containers"][0]["securityContext"];
    EXPECT_FALSE(context["allowPrivilegeEscalation"].as<bool>());
    EXPECT_TRUE(context["readOnlyRootFilesystem"].as<bool>());
    EXPECT_THAT(words_of(context["capabilities"]["drop"]), Contains("ALL"));
  }
}

TEST(Manifests, AnOverlayNamesEverythingThatTheBaseRefersTo) {
  for (const auto* environment : {"dev", "uat", "production"}) {
    const auto overlay = document("kubernetes/overlays/" + std::string(environment) + "/kustomization.yaml");
    EXPECT_EQ(overlay["namespace"].as<std::string>(), "tenure-" + std::string(environment));
    std::set<std::string> maps;
    for (const auto& generator : overlay["configMapGenerator"]) {
      maps.insert(generator["name"].as<std::string>());
      EXPECT_EQ(generator["options"]["labels"]["tenure/step"].as<std::string>(), "settings");
      for (const auto& file : generator["files"]) {
        EXPECT_TRUE(fs::exists(kDeploy / "kubernetes/overlays" / environment / file.as<std::string>()));
      }
    }
    EXPECT_EQ(maps, (std::set<std::string>{"tenure-environment", "tenure-estate"}));
  }
  for (const auto& resource : document("kubernetes/base/kustomization.yaml")["resources"]) {
    EXPECT_TRUE(fs::exists(kDeploy / "kubernetes/base" / resource.as<std::string>()));
  }
}

TEST(Manifests, NoSecretIsWrittenIntoAFile) {
  for (const auto& file : files_ending(".yaml")) {
    for (const auto& node : YAML::LoadAllFromFile(file.string())) {
      EXPECT_NE(node["kind"] ? node["kind"].as<std::string>() : "", "Secret") << file;
    }
  }
}

// The estates of the overlays are read by the program itself.
TEST(Manifests, EstatesOfTheOverlaysAreValid) {
  for (const auto* environment : {"dev", "uat", "production"}) {
    const auto estate = kDeploy / "kubernetes/overlays" / environment / "estate.yaml";
    const test::TemporaryFolder state;
    const auto finished = test::run_process(
        {TENURE_BINARY, "rls", "audit", "--estate", estate.string(), "--state", state.path().string()},
        {.environment = {{"DATABASE_URL", "host=/nowhere dbname=x"}}});
    EXPECT_THAT(finished.errors, HasSubstr("there is nothing to audit")) << "which is said of a valid file only";
  }
}

// Compose.

TEST(Compose, WhatServesWaitsForTheMigration) {
  const auto compose = document("compose/compose.yaml");
  const auto needs = compose["services"]["serve"]["depends_on"];
  EXPECT_EQ(needs["migrate"]["condition"].as<std::string>(), "service_completed_successfully");
  EXPECT_EQ(needs["database"]["condition"].as<std::string>(), "service_healthy");
  EXPECT_TRUE(compose["services"]["database"]["healthcheck"]);
  EXPECT_EQ(words_of(compose["services"]["migrate"]["command"]), std::vector<std::string>{"migrate"});
  for (const auto& port : compose["services"]["serve"]["ports"]) {
    EXPECT_THAT(port.as<std::string>(), ::testing::StartsWith("127.0.0.1:")) << "a proxy with TLS stands in front";
  }
  EXPECT_FALSE(compose["services"]["database"]["ports"]);
}

// The image.

/// The packages that each `apt-get install` of the file names, in their order.
std::vector<std::set<std::string>> packages_of_image() {
  auto text = text_of(kDeploy / "Containerfile");
  text = std::regex_replace(text, std::regex("\\\\\n"), " ");
  std::vector<std::set<std::string>> all;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (!std::regex_search(line, match, std::regex("apt-get install --yes --no-install-recommends ([^&]*)"))) continue;
    std::istringstream words(match[1].str());
    all.emplace_back(std::istream_iterator<std::string>(words), std::istream_iterator<std::string>());
  }
  return all;
}

TEST(Image, IsBuiltWithThePackagesThatTheProgramIsBuiltWithEverywhere) {
  const auto run = text_of(TENURE_SOURCE_DIR "/run");
  std::smatch match;
  ASSERT_TRUE(std::regex_search(run, match, std::regex("build_packages=\\(([^)]*)\\)")));
  std::istringstream words(match[1].str());
  const std::vector<std::string> needed{std::istream_iterator<std::string>(words),
                                        std::istream_iterator<std::string>()};
  ASSERT_EQ(packages_of_image().size(), 2U);
  EXPECT_THAT(packages_of_image().front(), IsSupersetOf(needed));
}

TEST(Image, HoldsEveryLibraryThatTheProgramNeeds) {
  // Of the compiler, and in every image.
  const std::set<std::string> everywhere{"libc6", "libgcc-s1", "libstdc++6", "libasan8", "libubsan1"};
  const auto packages = packages_of_image().at(1);
  const auto libraries = test::run_process({"readelf", "-d", TENURE_BINARY}).output;
  ASSERT_THAT(libraries, HasSubstr("libpq.so.5"));
  std::vector<std::string> search{"dpkg-query", "--search"};
  const std::regex needed("NEEDED.*\\[(.*)\\]");
  for (std::sregex_iterator at(libraries.begin(), libraries.end(), needed), end; at != end; ++at) {
    search.push_back("*/" + (*at)[1].str());
  }
  // "libpq5:amd64: /usr/lib/x86_64-linux-gnu/libpq.so.5"; some are of several packages.
  std::map<std::string, bool> is_held;
  std::istringstream owners(test::run_process(search).output);
  for (std::string line; std::getline(owners, line);) {
    const auto package = line.substr(0, line.find(':'));
    is_held[line.substr(line.rfind('/') + 1)] |= packages.contains(package) || everywhere.contains(package);
  }
  EXPECT_EQ(is_held.size(), search.size() - 2);
  for (const auto& [library, is_there] : is_held) EXPECT_TRUE(is_there) << library;
}

TEST(Image, RunsAsNobodyInParticular) {
  const auto text = text_of(kDeploy / "Containerfile");
  EXPECT_THAT(text, HasSubstr("\nUSER 10001\n"));
  EXPECT_THAT(text, Not(::testing::ContainsRegex("(PASSWORD|SECRET|TOKEN|KEY)=")));
}

}  // namespace
}  // namespace tenure::e2e
