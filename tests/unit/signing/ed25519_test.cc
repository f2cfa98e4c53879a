#include "signing/ed25519.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <sodium.h>

// Ed25519 as RFC 8032 has it, with the vectors of its section 7.1; ground of E5 and E6.
namespace tenure::signing {
namespace {

std::string bytes(const std::string& hex) {
  std::string to(hex.size() / 2, '\0');
  EXPECT_EQ(sodium_hex2bin(reinterpret_cast<unsigned char*>(to.data()), to.size(), hex.data(), hex.size(), nullptr,
                           nullptr, nullptr),
            0);
  return to;
}

const unsigned char* raw(const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::shared_ptr<void> held(EVP_PKEY* key) {
  return {key, [](void* object) { EVP_PKEY_free(static_cast<EVP_PKEY*>(object)); }};
}
std::shared_ptr<void> private_key(const std::string& seed) {
  return held(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw(seed), seed.size()));
}
std::shared_ptr<void> public_key(const std::string& point) {
  return held(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(point), point.size()));
}

struct Vector {
  const char* name;
  const char* seed;
  const char* point;
  const char* message;
  const char* signature;
};

const Vector kVectors[] = {
    {"TEST 1", "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe246"
     "55141438e7a100b"},
    {"TEST 2", "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb"
     "00d291612bb0c00"},
    {"TEST 3", "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc"
     "027beceea1ec40a"},
    {"TEST SHA(abc)", "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2"
     "a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad"
     "9bef1177331a704"},
};

TEST(Ed25519, SignsAndVerifiesTheVectorsOfRfc8032) {
  for (const auto& vector : kVectors) {
    const auto key = private_key(bytes(vector.seed));
    const auto message = bytes(vector.message);
    EXPECT_EQ(sign_ed25519(key, message), bytes(vector.signature)) << vector.name;
    EXPECT_TRUE(verify_ed25519(public_key(bytes(vector.point)), message, bytes(vector.signature))) << vector.name;
    EXPECT_TRUE(is_sound_ed25519(public_key(bytes(vector.point)))) << vector.name;
  }
}

TEST(Ed25519, EveryChangedBitOfASignatureIsNoticed) {
  const auto& vector = kVectors[2];
  const auto key = public_key(bytes(vector.point));
  const auto signature = bytes(vector.signature);
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    auto changed = signature;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(verify_ed25519(key, bytes(vector.message), changed)) << bit;
  }
  EXPECT_FALSE(verify_ed25519(key, bytes("af83"), signature));
  EXPECT_FALSE(verify_ed25519(key, bytes(vector.message), signature.substr(0, 63)));
  EXPECT_FALSE(verify_ed25519(key, bytes(vector.message), signature + '\0'));
  EXPECT_FALSE(verify_ed25519(key, bytes(vector.message), ""));
}

// The neutral element: with R = it and S = 0 every message would be signed.
TEST(Ed25519, KeysThatAnySignatureFitsAreNotSound) {
  const auto neutral = bytes("0100000000000000000000000000000000000000000000000000000000000000");
  const auto key = public_key(neutral);
  ASSERT_TRUE(verify_ed25519(key, "whatever", neutral + std::string(32, '\0'))) << "what it is about";
  EXPECT_FALSE(is_sound_ed25519(key));
  EXPECT_FALSE(is_sound_ed25519(public_key(std::string(32, '\0')))) << "of order 4";
  EXPECT_FALSE(is_sound_ed25519(public_key(std::string(32, '\xff')))) << "not canonical";
}

}  // namespace
}  // namespace tenure::signing
