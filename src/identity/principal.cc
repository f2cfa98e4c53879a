#include "identity/principal.h"

#include "base/error.h"

namespace tenure::identity {

UserId Principal::user() const {
  if (!is_user()) throw Error(ErrorCode::internal, "a service was taken for a user");
  return UserId::parse(name);
}

}  // namespace tenure::identity
