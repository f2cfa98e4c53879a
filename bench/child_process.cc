#include "bench/child_process.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "base/error.h"

namespace tenure::bench {
namespace {

std::string read_all(int descriptor) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t size = 0; (size = ::read(descriptor, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return text;
}

}  // namespace

std::string run_child(const std::vector<std::string>& arguments, rusage* usage) {
  auto copies = arguments;
  std::vector<char*> argv;
  for (auto& argument : copies) argv.push_back(argument.data());
  argv.push_back(nullptr);

  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) throw Error(ErrorCode::internal, "no pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, pipe[0]);
  pid_t child = 0;
  const int problem = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  const auto said = problem == 0 ? read_all(pipe[0]) : std::string();
  ::close(pipe[0]);
  if (problem != 0) throw Error(ErrorCode::internal, fmt::format("{} could not be started", arguments.front()));

  int status = 0;
  rusage used{};
  ::wait4(child, &status, 0, &used);
  if (usage != nullptr) *usage = used;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw Error(ErrorCode::internal, fmt::format("{} failed: {}", arguments.front(), said));
  }
  return said;
}

}  // namespace tenure::bench
