#pragma once

#include "mail/message.h"
#include "notifications/notice.h"

namespace tenure::notifications {

/// A notice as an e-mail, in text and HTML: whatever its texts hold shows as it is written. The message's id is that of
/// the notice at the sender's domain.
mail::Message mail_of(const Notice& notice, const Email& from, const Email& to);

}  // namespace tenure::notifications
