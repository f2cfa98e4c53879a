#include "signing/signing_key.h"

#include <fmt/format.h>

#include "base/error.h"
#include "signing/ed25519.h"
#include "signing/pem.h"

namespace tenure::signing {
namespace {

std::string_view name_of(Evidence kind) {
  switch (kind) {
    case Evidence::deletion_report:
      return "deletion report";
    case Evidence::deletion_report_pdf:
      return "deletion report PDF";
    case Evidence::audit_checkpoint:
      return "audit checkpoint";
  }
  throw Error(ErrorCode::internal, "there is no evidence of this kind");
}

Error bad_key(std::string_view field, std::string_view what) {
  return Error(ErrorCode::invalid_argument, fmt::format("{}: {}", field, what));
}

}  // namespace

std::string signed_bytes(Evidence kind, std::string_view bytes) {
  return fmt::format("tenure {} v1\n{}", name_of(kind), bytes);
}

PublicKey::PublicKey(std::shared_ptr<void> key) : key_(std::move(key)), id_(id_of_key(key_)) {}

PublicKey PublicKey::from_pem(std::string_view pem, std::string_view field) {
  if (pem.find("PRIVATE KEY-----") != std::string_view::npos) {
    throw bad_key(field, "holds a private key, which belongs to nobody but the signer; the public half is needed");
  }
  auto key = read_public_pem(pem);
  if (!key) throw bad_key(field, "not a public key in PEM");
  if (!is_ed25519(key)) throw bad_key(field, "is a public key, but not one for Ed25519");
  if (!is_sound_ed25519(key)) throw bad_key(field, "is not a point that Ed25519 has keys on");
  return PublicKey(std::move(key));
}

std::string PublicKey::to_pem() const { return write_public_pem(key_); }

bool PublicKey::verify(Evidence kind, std::string_view bytes, std::string_view signature) const {
  return verify_ed25519(key_, signed_bytes(kind, bytes), signature);
}

SigningKey SigningKey::generate() { return SigningKey(generate_ed25519()); }

SigningKey SigningKey::from_pem(const Secret& pem, std::string_view field) {
  if (pem.reveal().find("BEGIN ENCRYPTED PRIVATE KEY") != std::string::npos) {
    throw bad_key(field, "is encrypted with a password, which nobody could type here");
  }
  auto key = read_private_pem(pem);
  if (!key) throw bad_key(field, "not a private key in PEM");
  if (!is_ed25519(key)) throw bad_key(field, "is a private key, but not one for Ed25519");
  return SigningKey(std::move(key));
}

Secret SigningKey::to_pem() const { return write_private_pem(key_); }

std::string SigningKey::sign(Evidence kind, std::string_view bytes) const {
  return sign_ed25519(key_, signed_bytes(kind, bytes));
}

}  // namespace tenure::signing
