#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "signing/signing_key.h"

/// The bytes of a signed report: docs/reports.md shows how to check them with openssl alone. A JSON file has three
/// lines:
///
///     {"report":
///     {…}
///     ,"signature":{"algorithm":"Ed25519","key_id":"{32 digits}","value":"{base64}"}}
///
/// The signature is over the second one with its line feed. A PDF ends with a comment behind its %%EOF, whose signature
/// is over every byte before it:
///
///     %tenure-signature Ed25519 {32 digits} {base64}
namespace tenure::reports {

std::string sign_json(const nlohmann::json& report, const signing::SigningKey& key);
/// `pdf` has the signed JSON file attached, as it is.
std::string sign_pdf(std::string pdf, const signing::SigningKey& key);

/// What a file says, once its signature has been found to fit. For a PDF, what the file attached to it says.
/// @throws Error(invalid_argument) when it is no report, Error(refused) naming both keys when it is signed by another
/// one, Error(corrupt) when it was cut short, changed or appended to after it was signed.
nlohmann::json open_signed(std::string_view file, const signing::PublicKey& key);

}  // namespace tenure::reports
