#pragma once

#include "tests/contract/world.h"

namespace tenure::contract {

/// A PostgresStore behind a real HTTP server with everything in front of it that the product has, and a client of it.
std::unique_ptr<World> make_remote_world();
std::unique_ptr<BlockableWorld> make_blockable_remote_world();

}  // namespace tenure::contract
