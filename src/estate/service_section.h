#pragma once

#include <filesystem>
#include <optional>

#include "estate/estate.h"
#include "estate/yaml_value.h"

namespace tenure::estate {

/// One entry of `services:`. Always a service, as far as it could be understood.
Service read_service(const Value::Entry& entry);

/// A `database:` value. With the embedded cluster only its form is checked, and the result is empty.
Secret read_database_url(const Value& value);

/// A `schema_file:` value; with the embedded cluster the file must be there and readable.
std::optional<std::filesystem::path> read_schema_file(const Value& value);

}  // namespace tenure::estate
