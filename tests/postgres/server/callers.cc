#include "tests/postgres/server/callers.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "server/access.h"
#include "tests/support/crafted_token.h"

namespace tenure::server {
namespace {

constexpr Callers kPerson = CallerKind::user;

constexpr PersonKind kPeople[] = {
    {"owner", &Scene::owner, kPerson | CallerKind::owner},
    {"admin", &Scene::admin, kPerson | CallerKind::admin},
    {"manager", &Scene::manager, kPerson | CallerKind::manager},
    {"member", &Scene::member, kPerson | CallerKind::member},
    {"readonly", &Scene::readonly, kPerson | CallerKind::readonly},
    {"another tenant's owner", &Scene::stranger, kPerson},
    {"platform admin", &Scene::operator_, kPerson | CallerKind::platform_admin},
    {"platform admin and member", &Scene::spare, kPerson | CallerKind::platform_admin | CallerKind::member},
};

Caller former(std::string name, Person person) {
  auto token = person.token;
  return {.name = std::move(name), .kinds = {}, .person = std::move(person), .token = std::move(token)};
}

/// The audience that a service of the estate has and the route has not.
std::string another_audience(const Route& route) {
  return route.access.audiences().front() == "alerts" ? "orders" : "alerts";
}

}  // namespace

std::span<const PersonKind> person_kinds() { return kPeople; }

Caller person_of(SmallEstate& estate, const Scene& scene, const PersonKind& kind) {
  auto person = estate.add_person(scene.*kind.user, kind.kinds.has(CallerKind::platform_admin));
  auto token = person.token;
  return {.name = std::string(kind.name), .kinds = kind.kinds, .person = std::move(person), .token = std::move(token)};
}

std::vector<Caller> people_of(SmallEstate& estate, const Scene& scene) {
  std::vector<Caller> people;
  for (const auto& kind : kPeople) people.push_back(person_of(estate, scene, kind));
  return people;
}

std::vector<Caller> services_for(const SmallEstate& estate, const Route& route) {
  std::vector<Caller> services;
  for (const auto& audience : route.access.audiences()) {
    services.push_back(
        {.name = "service for " + audience, .kinds = CallerKind::service, .token = estate.service_token(audience)});
  }
  return services;
}

std::vector<Caller> former_people(SmallEstate& estate) {
  auto logged_out = estate.add_person();
  auto expired = estate.add_person();
  auto suspended = estate.add_person();
  auto gone = estate.add_person();
  auto thief = estate.add_person();
  estate.in_control(fmt::format(
      "update identity.sessions set ended_at = now() where id = '{}'; "
      "update identity.sessions set started_at = now() - interval '2 days', expires_at = now() where id = '{}'; "
      "update identity.users set is_active = false where id = '{}'; "
      "delete from identity.sessions where id = '{}'; delete from identity.users where id = '{}'",
      logged_out.session.str(), expired.session.str(), suspended.id.str(), gone.session.str(), gone.id.str()));
  thief.session = estate.add_person().session;
  thief.token = estate.token_of(thief);
  return {former("ended session", logged_out), former("expired session", expired),
          former("suspended account", suspended), former("account that is gone", gone),
          former("another person's session", thief)};
}

std::vector<Caller> impostors(const SmallEstate& estate, const Person& owner, const Route& route) {
  const auto other = another_audience(route);
  std::vector<Caller> all = {
      {.name = "nobody", .kinds = {}},
      {.name = "service of another service", .kinds = {}, .token = estate.service_token(other)},
      {.name = "owner's token for another service", .kinds = {}, .token = estate.token_of(owner, other)},
  };
  for (const auto& audience : route.access.audiences()) {
    auto claims = test::good_claims(audience);
    for (const auto& [name, token] : test::forgeries_of(estate.keys(), claims)) {
      all.push_back({.name = "service, " + name, .kinds = {}, .token = Secret(token)});
    }
    claims["kind"] = "user";
    claims["sub"] = owner.id.str();
    claims["sid"] = owner.session.str();
    for (const auto& [name, token] : test::forgeries_of(estate.keys(), claims)) {
      all.push_back({.name = "owner, " + name, .kinds = {}, .token = Secret(token)});
    }
  }
  return all;
}

}  // namespace tenure::server
