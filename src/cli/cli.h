#pragma once

namespace tenure::cli {

/// Runs the command line. Returns the exit status: 0 done, 1 failed, 2 wrong usage or input.
int run(int argc, char** argv);

}  // namespace tenure::cli
