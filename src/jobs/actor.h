#pragma once

#include "base/actor.h"

namespace tenure::jobs {

using tenure::Actor;
using tenure::ActorKind;
using tenure::parse_actor_kind;
using tenure::to_string;

}  // namespace tenure::jobs
