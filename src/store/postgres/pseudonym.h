#pragma once

#include <string>

#include "base/ids.h"
#include "base/secret.h"

namespace tenure::store {

/// A UUID (version 8) that stands for a user in one tenant's rows: the same each time, and not to be traced back
/// without the key (keyed BLAKE2b). `tenant` is the tenant's id as text, empty for rows of no tenant; `key` at least 16
/// bytes.
std::string pseudonym_of(const UserId& user, const std::string& tenant, const Secret& key);

}  // namespace tenure::store
