#pragma once

#include "estate/estate.h"
#include "estate/yaml_value.h"

namespace tenure::estate {

/// The sections `archive`, `evidence`, `erasure` and `broker`: how an erasure is carried out, and proven.
void read_archive(Estate& estate, const Value& value);
void read_evidence(Estate& estate, const Value& value);
void read_broker(Estate& estate, const Value& value);
/// After read_archive: rolling back needs an archive.
void read_erasure(Estate& estate, const Value& value);

}  // namespace tenure::estate
