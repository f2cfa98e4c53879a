#include "cli/cli.h"

int main(int argc, char** argv) { return tenure::cli::run(argc, argv); }
