#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace tenure {

/// A 128-bit UUID (RFC 9562), always printed in lower case with hyphens. A value type; safe to share.
class Uuid {
 public:
  /// Accepts the 36-character form in either case. @throws Error(invalid_argument) that names `field`.
  static Uuid parse(std::string_view text, std::string_view field);
  /// A random (version 4) UUID from the operating system's generator.
  static Uuid random();

  std::string str() const;
  auto operator<=>(const Uuid&) const = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

/// A UUID that means one thing: a TenantId cannot be passed where a UserId or a JobId is wanted.
template <class Tag>
class Id {
 public:
  explicit Id(Uuid uuid) : uuid_(uuid) {}
  static Id parse(std::string_view text, std::string_view field = Tag::kField) { return Id(Uuid::parse(text, field)); }
  static Id random() { return Id(Uuid::random()); }

  const Uuid& uuid() const { return uuid_; }
  std::string str() const { return uuid_.str(); }
  auto operator<=>(const Id&) const = default;

 private:
  Uuid uuid_;
};

struct TenantTag {
  static constexpr std::string_view kField = "tenant_id";
};
struct UserTag {
  static constexpr std::string_view kField = "user_id";
};
struct JobTag {
  static constexpr std::string_view kField = "job_id";
};

using TenantId = Id<TenantTag>;
using UserId = Id<UserTag>;
using JobId = Id<JobTag>;

}  // namespace tenure
