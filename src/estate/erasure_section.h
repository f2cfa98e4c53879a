#pragma once

#include "estate/estate.h"
#include "estate/yaml_value.h"

namespace tenure::estate {

/// The sections `archive`, `erasure` and `broker`: how an erasure is carried out.
void read_archive(Estate& estate, const Value& value);
void read_broker(Estate& estate, const Value& value);
/// After read_archive: rolling back needs an archive.
void read_erasure(Estate& estate, const Value& value);

}  // namespace tenure::estate
