#pragma once

#include <string>
#include <vector>

#include "cli/options.h"

namespace tenure::cli {

/// What a person has to type before something goes.
struct Confirmation {
  std::string stake;                  ///< shown first: what there is to lose
  std::string purpose;                ///< "erase it"
  std::string what;                   ///< "the tenant's name"
  std::vector<std::string> accepted;  ///< each of them is enough; surrounding blanks do not count
};

/// Takes --confirm, else asks on the terminal; what is asked goes to standard error. @throws Error(invalid_argument)
/// "confirm: …" when something else, nothing, or nobody is there.
void require_confirmation(const Options& options, const Confirmation& confirmation);

/// For a tenant: its name, or its id where it has no name.
Confirmation tenant_confirmation(const std::string& name, const std::string& id, std::string stake,
                                 std::string purpose);

}  // namespace tenure::cli
