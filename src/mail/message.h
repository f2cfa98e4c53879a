#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/email.h"

namespace tenure::mail {

/// One e-mail to one address: the same text twice, plain and as HTML.
struct Message {
  Email from;
  std::string from_name = {};  ///< what people see; empty: the address alone
  Email to;
  std::string subject;
  std::string id;  ///< without < >: the same one again is the same e-mail again; printable ASCII without spaces
  WallTime at{};
  std::string text;
  std::string html;
};

/// The header of a message but for what MIME adds (RFC 5322, 2047, 3834), each line "Name: value". Whatever the
/// subject and the name hold, they end no line and begin none: control characters are spaces, and what is not plain
/// ASCII is encoded.
std::vector<std::string> header_of(const Message& message);

/// A header's text: as it is where it is short printable ASCII, else in encoded words of UTF-8, a fold between two.
/// What is no UTF-8 is a question mark.
std::string encoded_text(std::string_view text);

}  // namespace tenure::mail
