#pragma once

#include <string>
#include <string_view>

namespace tenure::schemas {

/// A schema's name made of whatever a person typed: `prefix`, then a-z, 0-9 and _ only. Text that can be taken as it is
/// stays readable; of everything else (capitals, spaces, quotes, other scripts) eight digits of its digest follow, so
/// that "Acme" and "acme", "Müller" and "Möller" have different names. Never a word that SQL reserves.
/// @throws Error(invalid_argument) "name: …" when nothing was typed, it is not UTF-8 or holds control characters, the
/// name would be longer than PostgreSQL's 63 bytes, or it is reserved: PostgreSQL's own, Tenure's, or `reference`.
std::string schema_name_for(std::string_view prefix, std::string_view typed, std::string_view reference = {});

/// Another name for who comes second: shortened where that is needed, and marked with a digest of `whose`.
std::string told_apart(std::string_view name, std::string_view whose);

/// Whether a schema of this name has another use than a tenant's: PostgreSQL's own and Tenure's.
bool is_reserved_schema(std::string_view name);

/// What the names of schemas that wait for a tenant begin with.
inline constexpr std::string_view kReadyPrefix = "tenure_ready_";
/// The super tenant's schema (spec D2).
inline constexpr std::string_view kSuperTenantSchema = "super_tenant";

}  // namespace tenure::schemas
