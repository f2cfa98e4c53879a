#include "audit/entry.h"

#include <fmt/format.h>

#include "base/digest.h"

namespace tenure::audit {
namespace {

std::string text_of(const std::optional<Uuid>& id) { return id ? id->str() : std::string(); }

/// RFC 9562, section 5.8.
Uuid uuid_of_digest(const std::string& hex) {
  return Uuid::parse(fmt::format("{}-{}-8{}-8{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 3),
                                 hex.substr(15, 3), hex.substr(18, 12)),
                     "actor");
}

}  // namespace

std::string hash_of(const std::string& previous, const Entry& entry) {
  return Digest()
      .add("tenure audit entry v1")
      .add(previous)
      .add(std::to_string(entry.sequence))
      .add(std::to_string(entry.micros))
      .add(to_string(entry.action))
      .add(to_string(entry.actor_kind))
      .add(text_of(entry.actor))
      .add(entry.tenant.value_or(""))
      .add(entry.person.value_or(""))
      .add(text_of(entry.job))
      .add(entry.note.str())
      .hex();
}

std::string Pseudonyms::of(const TenantId& tenant) const { return Digest(key_).add("tenant").add(tenant.str()).hex(); }

std::string Pseudonyms::of(const UserId& user) const { return Digest(key_).add("user").add(user.str()).hex(); }

std::optional<Uuid> Pseudonyms::of(const Actor& actor) const {
  if (!actor.id) return std::nullopt;
  if (actor.kind == ActorKind::user) return Uuid::parse(*actor.id, "actor");
  return uuid_of_digest(Digest(key_).add(to_string(actor.kind)).add(*actor.id).hex());
}

}  // namespace tenure::audit
