#include "signing/pem.h"

#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <array>

#include "signing/openssl_handles.h"

namespace tenure::signing {
namespace {

Bio memory_of(std::string_view text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

int no_password(char* /*buffer*/, int /*size*/, int /*is_written*/, void* /*data*/) { return -1; }

std::string text_of(const Bio& bio) {
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(length)};
}

}  // namespace

std::shared_ptr<void> read_private_pem(const Secret& pem) {
  const auto bio = memory_of(pem.reveal());
  auto key = owned(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr) : nullptr);
  ERR_clear_error();
  return key;
}

Secret write_private_pem(const std::shared_ptr<void>& key) {
  const Bio bio(BIO_new(BIO_s_secmem()));
  if (!bio || PEM_write_bio_PKCS8PrivateKey(bio.get(), as_pkey(key), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    throw openssl_failed("write a key pair");
  }
  return Secret(text_of(bio));
}

std::shared_ptr<void> read_public_pem(std::string_view pem) {
  const auto bio = memory_of(pem);
  auto key = owned(bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, no_password, nullptr) : nullptr);
  ERR_clear_error();
  return key;
}

std::string write_public_pem(const std::shared_ptr<void>& key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_PUBKEY(bio.get(), as_pkey(key)) != 1) throw openssl_failed("write a public key");
  return text_of(bio);
}

std::string id_of_key(const std::shared_ptr<void>& key) {
  unsigned char* der = nullptr;
  const int length = i2d_PUBKEY(as_pkey(key), &der);
  if (length <= 0) throw openssl_failed("encode a public key");
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  SHA256(der, static_cast<std::size_t>(length), hash.data());
  OPENSSL_free(der);
  std::string id;
  for (std::size_t i = 0; i < 16; ++i) id += fmt::format("{:02x}", hash[i]);
  return id;
}

}  // namespace tenure::signing
