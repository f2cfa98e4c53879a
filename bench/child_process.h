#pragma once

#include <sys/resource.h>

#include <string>
#include <vector>

namespace tenure::bench {

/// Runs a program (argument 0 is looked up in PATH) to its end and returns what it printed; its messages go where ours
/// go. `usage`, when given, gets what the process used. @throws Error(internal) when its exit status is not 0.
std::string run_child(const std::vector<std::string>& arguments, rusage* usage = nullptr);

}  // namespace tenure::bench
