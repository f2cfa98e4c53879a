#include <iostream>

#include "archive/keys.h"
#include "cli/command_table.h"

namespace tenure::cli {
namespace {

int keygen(const Options& options) {
  std::cout << archive::KeyRing::generate(options.key).reveal() << "\n";
  return 0;
}

}  // namespace

void add_archive_commands(CommandTable& table) {
  auto& archive = CommandTable::add_group(table.root(), "archive", "What erasures keep until their retention ends");
  auto& generated =
      table.add(archive, "keygen", "Print a new key, as archive.keys of the estate file wants it", &keygen);
  generated.add_option("id", table.options().key, "A name for it, such as 2026-11: 1 to 63 of a-z, A-Z, 0-9, _ and -")
      ->required();
}

}  // namespace tenure::cli
