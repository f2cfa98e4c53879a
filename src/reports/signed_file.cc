#include "reports/signed_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/base64url.h"
#include "base/error.h"

namespace tenure::reports {
namespace {

using nlohmann::json;
using signing::Evidence;

constexpr std::string_view kJsonStart = "{\"report\":\n";
constexpr std::string_view kJsonSignature = ",\"signature\":{\"algorithm\":\"Ed25519\",\"key_id\":\"";
constexpr std::string_view kJsonValue = "\",\"value\":\"";
constexpr std::string_view kJsonEnd = "\"}}\n";
constexpr std::string_view kPdfStart = "%PDF-";
constexpr std::string_view kPdfSignature = "%tenure-signature Ed25519 ";
constexpr std::size_t kKeyIdSize = 32;
constexpr std::size_t kBase64Size = 88;  // of 64 bytes

/// As coreutils' base64 does: RFC 4648, section 4.
std::string to_base64(std::string_view bytes) {
  auto text = to_base64url(bytes);
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.resize((text.size() + 3) / 4 * 4, '=');
  return text;
}

/// Nothing when it is not what to_base64 writes: a signature has one spelling only.
std::optional<std::string> from_base64(std::string_view text) {
  auto url = std::string(text.substr(0, text.find('=')));
  std::replace(url.begin(), url.end(), '+', '-');
  std::replace(url.begin(), url.end(), '/', '_');
  auto bytes = from_base64url(url);
  if (!bytes || to_base64(*bytes) != text) return std::nullopt;
  return bytes;
}

Error cut_short() {
  return Error(ErrorCode::corrupt, "has no signature at its end: it was cut short, or changed there");
}
Error changed() { return Error(ErrorCode::corrupt, "was changed after it was signed"); }

struct Signature {
  std::string_view key_id;
  std::string_view base64;
};

/// `text` is a signature's key id, `between` and its base64, then `end`, and nothing else.
Signature take_apart(std::string_view text, std::string_view between, std::string_view end) {
  const auto size = kKeyIdSize + between.size() + kBase64Size + end.size();
  if (text.size() < size) throw cut_short();
  if (text.size() > size) {
    throw Error(ErrorCode::corrupt,
                fmt::format("has {} bytes behind its signature, which were added later", text.size() - size));
  }
  const auto behind_id = text.substr(kKeyIdSize);
  if (!behind_id.starts_with(between) || !text.ends_with(end)) throw changed();
  return {.key_id = text.substr(0, kKeyIdSize), .base64 = behind_id.substr(between.size(), kBase64Size)};
}

void check(Evidence kind, std::string_view bytes, const Signature& signature, const signing::PublicKey& key) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (signature.key_id.find_first_not_of(kDigits) != std::string_view::npos) throw changed();
  if (signature.key_id != key.id()) {
    throw Error(ErrorCode::refused,
                fmt::format("is not signed by this key, {}, but by key {}", key.id(), signature.key_id));
  }
  const auto value = from_base64(signature.base64);
  if (!value || !key.verify(kind, bytes, *value)) throw changed();
}

json open_json(std::string_view file, const signing::PublicKey& key) {
  const auto line_end = file.find('\n', kJsonStart.size());
  if (line_end == std::string_view::npos) throw cut_short();
  const auto report = file.substr(kJsonStart.size(), line_end + 1 - kJsonStart.size());
  const auto rest = file.substr(line_end + 1);
  if (!rest.starts_with(kJsonSignature)) throw kJsonSignature.starts_with(rest) ? cut_short() : changed();
  check(Evidence::deletion_report, report, take_apart(rest.substr(kJsonSignature.size()), kJsonValue, kJsonEnd), key);
  return json::parse(report);
}

json open_pdf(std::string_view file, const signing::PublicKey& key) {
  const auto at = file.rfind(kPdfSignature);
  if (at == std::string_view::npos) throw cut_short();
  check(Evidence::deletion_report_pdf, file.substr(0, at),
        take_apart(file.substr(at + kPdfSignature.size()), " ", "\n"), key);
  // From here on every byte is the signer's.
  const auto attached = file.substr(std::min(file.find(kJsonStart), file.size()));
  const auto signature = attached.find(kJsonSignature);
  const auto end = attached.find('\n', std::min(signature, attached.size()));
  if (end == std::string_view::npos) throw Error(ErrorCode::corrupt, "is signed, but has no report attached");
  return open_json(attached.substr(0, end + 1), key);
}

}  // namespace

std::string sign_json(const json& report, const signing::SigningKey& key) {
  const auto line = report.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  return fmt::format("{}{}{}{}{}{}{}", kJsonStart, line, kJsonSignature, key.public_key().id(), kJsonValue,
                     to_base64(key.sign(Evidence::deletion_report, line)), kJsonEnd);
}

std::string sign_pdf(std::string pdf, const signing::SigningKey& key) {
  if (!pdf.ends_with('\n')) pdf += '\n';
  const auto signature = to_base64(key.sign(Evidence::deletion_report_pdf, pdf));
  return pdf + fmt::format("{}{} {}\n", kPdfSignature, key.public_key().id(), signature);
}

json open_signed(std::string_view file, const signing::PublicKey& key) {
  if (file.starts_with(kPdfStart)) return open_pdf(file, key);
  if (file.starts_with(kJsonStart)) return open_json(file, key);
  throw Error(ErrorCode::invalid_argument,
              file.empty() ? "is empty" : "is no report as Tenure writes it, or its first bytes were changed");
}

}  // namespace tenure::reports
