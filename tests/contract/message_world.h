#pragma once

#include "tests/contract/world.h"

namespace tenure::contract {

/// A PostgresStore that is reached by message, as without a broker: through an outbox, its relay, and a responder.
std::unique_ptr<World> make_message_world();
std::unique_ptr<BlockableWorld> make_blockable_message_world();

}  // namespace tenure::contract
