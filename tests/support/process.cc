#include "tests/support/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace tenure::test {
namespace {

struct Pipe {
  int read = -1;
  int write = -1;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  return {ends[0], ends[1]};
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> environment_with(const std::map<std::string, std::string>& added) {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text(*entry);
    if (added.count(text.substr(0, text.find('='))) == 0) environment.push_back(text);
  }
  for (const auto& [name, value] : added) environment.push_back(name + "=" + value);
  return environment;
}

/// In the child, between fork and exec: only calls that are safe there.
[[noreturn]] void become(char* const* command, char* const* environment, int input, int output, int errors,
                         bool is_terminal) {
  if (is_terminal) {
    ::setsid();
    ::ioctl(input, TIOCSCTTY, 0);
  }
  ::dup2(input, 0);
  ::dup2(output, 1);
  ::dup2(errors, 2);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::execvpe(command[0], command, environment);
  ::_exit(127);
}

}  // namespace

Process::Process(std::vector<std::string> command, const ProcessOptions& options) {
  auto environment = environment_with(options.environment);
  const auto arguments = pointers_to(command);
  const auto variables = pointers_to(environment);
  Pipe input;
  Pipe output;
  Pipe errors;
  if (options.has_terminal) {
    winsize size{};
    size.ws_row = 50;
    size.ws_col = 120;
    int master = -1;
    int slave = -1;
    if (::openpty(&master, &slave, nullptr, nullptr, &size) != 0) throw std::runtime_error("openpty");
    ::fcntl(master, F_SETFD, FD_CLOEXEC);
    ::fcntl(slave, F_SETFD, FD_CLOEXEC);
    input = {slave, master};
    output = {::dup(master), -1};
    ::fcntl(output.read, F_SETFD, FD_CLOEXEC);
  } else {
    input = make_pipe();
    output = make_pipe();
    errors = make_pipe();
  }
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork");
  if (pid_ == 0) {
    become(arguments.data(), variables.data(), input.read, options.has_terminal ? input.read : output.write,
           options.has_terminal ? input.read : errors.write, options.has_terminal);
  }
  for (const int ours : {input.read, output.write, errors.write}) {
    if (ours >= 0) ::close(ours);
  }
  input_ = input.write;
  start_reading(output.read, errors.read);
}

Process::~Process() {
  if (status_ < 0) {
    send_signal(SIGKILL);
    take_end();
  }
  close_input();
}

void Process::start_reading(int output, int errors) {
  output_.fd = output;
  errors_.fd = errors;
  errors_.has_ended = errors < 0;
  readers_.emplace_back([this] { read_all(output_); });
  if (errors >= 0) readers_.emplace_back([this] { read_all(errors_); });
}

void Process::read_all(Stream& stream) {
  std::array<char, 4096> bytes{};
  for (;;) {
    const auto count = ::read(stream.fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    const std::lock_guard guard(mutex_);
    // A terminal whose other side is closed answers with an I/O error.
    if (count <= 0) {
      stream.has_ended = true;
      ::close(stream.fd);
      changed_.notify_all();
      return;
    }
    stream.text.append(bytes.data(), static_cast<std::size_t>(count));
    changed_.notify_all();
  }
}

void Process::write(std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(input_, text.data(), text.size());
    if (count <= 0) throw std::runtime_error("the program does not read its input");
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

void Process::close_input() {
  if (input_ >= 0) ::close(std::exchange(input_, -1));
}

void Process::send_signal(int number) const { ::kill(pid_, number); }

std::string Process::read_until(std::string_view text, std::chrono::seconds patience) {
  std::unique_lock lock(mutex_);
  const auto is_over = [&] { return output_.has_ended || output_.text.find(text) != std::string::npos; };
  changed_.wait_for(lock, patience, is_over);
  if (output_.text.find(text) != std::string::npos) return output_.text;
  throw std::runtime_error(fmt::format("'{}' was not printed, but:\n{}\n{}", text, output_.text, errors_.text));
}

Process::Condition Process::condition() const {
  if (status_ >= 0) return Condition::ended;
  siginfo_t info{};
  // Looks and leaves the end to wait().
  if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT) != 0) {
    throw std::runtime_error("waitid");
  }
  if (info.si_pid == 0) return Condition::running;
  return info.si_code == CLD_STOPPED ? Condition::stopped : Condition::ended;
}

bool Process::has_ended_within(std::chrono::milliseconds patience) const {
  if (status_ >= 0) return true;
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  if (handle < 0) throw std::runtime_error("pidfd_open");
  pollfd end{handle, POLLIN, 0};
  const bool has_ended = ::poll(&end, 1, static_cast<int>(patience.count())) > 0;
  ::close(handle);
  return has_ended;
}

int Process::wait(std::chrono::milliseconds patience) {
  if (status_ >= 0) return status_;
  bool is_late = false;
  {
    // It may print a lot before its end; the streams end with it.
    std::unique_lock lock(mutex_);
    is_late = !changed_.wait_for(lock, patience, [&] { return output_.has_ended && errors_.has_ended; }) &&
              condition() != Condition::ended;
  }
  if (is_late) send_signal(SIGKILL);
  take_end();
  if (is_late) throw std::runtime_error(fmt::format("it did not end, and printed:\n{}\n{}", output(), errors()));
  return status_;
}

void Process::take_end() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0) {
    if (errno != EINTR) throw std::runtime_error("waitpid");
  }
  readers_.clear();
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string Process::output() const {
  const std::lock_guard guard(mutex_);
  return output_.text;
}

std::string Process::errors() const {
  const std::lock_guard guard(mutex_);
  return errors_.text;
}

Finished run_process(std::vector<std::string> command, const ProcessOptions& options, std::string_view input) {
  Process process(std::move(command), options);
  if (!input.empty()) process.write(input);
  process.close_input();
  const int status = process.wait();
  return {status, process.output(), process.errors()};
}

}  // namespace tenure::test
