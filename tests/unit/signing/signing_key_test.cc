#include "signing/signing_key.h"

#include <gmock/gmock.h>

#include "identity/es256.h"
#include "tests/support/error_of.h"

// The keys of evidence and what their signatures are over; ground of E5 and E6.
namespace tenure::signing {
namespace {

using test::error_of;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// `openssl genpkey -algorithm ed25519`, of RFC 8032's TEST 1.
constexpr const char* kPrivate =
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";
// Its public half.
constexpr const char* kPublic =
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
    "-----END PUBLIC KEY-----\n";

TEST(SigningKey, ReadsAndWritesWhatOpensslDoes) {
  const auto key = SigningKey::from_pem(Secret(kPrivate));
  EXPECT_EQ(key.to_pem().reveal(), kPrivate);
  EXPECT_EQ(key.public_key().to_pem(), kPublic);
  EXPECT_EQ(PublicKey::from_pem(kPublic).to_pem(), kPublic);
}

TEST(SigningKey, TwoKeysDifferAndKeepTheirIds) {
  const auto one = SigningKey::generate();
  const auto other = SigningKey::generate();
  EXPECT_NE(one.public_key().id(), other.public_key().id());
  EXPECT_EQ(one.public_key().id(), PublicKey::from_pem(one.public_key().to_pem()).id());
  EXPECT_EQ(one.public_key().id(), SigningKey::from_pem(one.to_pem()).public_key().id());
  EXPECT_EQ(one.public_key().id().size(), 32U);
}

TEST(SigningKey, SignatureIsOfOneKeyOneKindAndTheseBytes) {
  const auto key = SigningKey::generate();
  const auto known = key.public_key();
  const auto signature = key.sign(Evidence::deletion_report, "what happened");
  EXPECT_EQ(signature, key.sign(Evidence::deletion_report, "what happened"));
  EXPECT_TRUE(known.verify(Evidence::deletion_report, "what happened", signature));
  EXPECT_FALSE(known.verify(Evidence::deletion_report, "what happened ", signature));
  EXPECT_FALSE(known.verify(Evidence::audit_checkpoint, "what happened", signature));
  EXPECT_FALSE(known.verify(Evidence::deletion_report_pdf, "what happened", signature));
  EXPECT_FALSE(SigningKey::generate().public_key().verify(Evidence::deletion_report, "what happened", signature));
}

TEST(SigningKey, KindIsTheFirstLineOfWhatIsSigned) {
  EXPECT_EQ(signed_bytes(Evidence::deletion_report, "{}"), "tenure deletion report v1\n{}");
  EXPECT_EQ(signed_bytes(Evidence::deletion_report_pdf, ""), "tenure deletion report PDF v1\n");
  EXPECT_EQ(signed_bytes(Evidence::audit_checkpoint, "x"), "tenure audit checkpoint v1\nx");
}

TEST(SigningKey, RefusesWhatIsNoneAndSaysWhy) {
  const auto why = [](const std::string& pem) {
    const auto error = error_of([&] { SigningKey::from_pem(Secret(pem), "key.pem"); });
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_THAT(error.what(), StartsWith("key.pem: "));
    return std::string(error.what());
  };
  EXPECT_THAT(why(""), HasSubstr("not a private key in PEM"));
  EXPECT_THAT(why("secret"), AllOf(HasSubstr("not a private key in PEM"), Not(HasSubstr("secret"))));
  EXPECT_THAT(why(kPublic), HasSubstr("not a private key in PEM"));
  EXPECT_THAT(why(identity::Es256Key::generate().to_pem().reveal()), HasSubstr("not one for Ed25519"));
  EXPECT_THAT(why("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"),
              HasSubstr("encrypted with a password"));
}

TEST(PublicKey, RefusesWhatIsNoneAndSaysWhy) {
  const auto why = [](const std::string& pem) {
    const auto error = error_of([&] { PublicKey::from_pem(pem, "key.pem"); });
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_THAT(error.what(), StartsWith("key.pem: "));
    return std::string(error.what());
  };
  EXPECT_THAT(why(""), HasSubstr("not a public key in PEM"));
  EXPECT_THAT(why(std::string(kPublic).substr(0, 60)), HasSubstr("not a public key in PEM"));
  EXPECT_THAT(why(kPrivate), HasSubstr("the public half is needed"));
  // P-256, made by `openssl ecparam -name prime256v1 -genkey | openssl ec -pubout`.
  EXPECT_THAT(why("-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt\n"
                  "6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==\n-----END PUBLIC KEY-----\n"),
              HasSubstr("not one for Ed25519"));
  // The neutral element, which any message could be signed with.
  EXPECT_THAT(why("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
                  "-----END PUBLIC KEY-----\n"),
              HasSubstr("not a point"));
}

}  // namespace
}  // namespace tenure::signing
