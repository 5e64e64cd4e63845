#include "auth/password_hash.h"

#include <gtest/gtest.h>

#include "util/crypto.h"
#include "util/text.h"

namespace chillin::auth {
namespace {

// "qwerty", as the earlier version stored it.
constexpr const char* kQwertySha = "65e84be33532fb784c48129675f9eff3a682b27168c0ea744b2cf58ee02337c5";

TEST(PasswordHash, RecognisesEachStoredForm) {
  EXPECT_EQ(hash_kind("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA"), HashKind::kArgon2id);
  EXPECT_EQ(hash_kind("$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"), HashKind::kBcrypt);
  EXPECT_EQ(hash_kind("$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"), HashKind::kBcrypt);
  EXPECT_EQ(hash_kind("$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"), HashKind::kBcrypt);
  EXPECT_EQ(hash_kind(kQwertySha), HashKind::kSha256Hex);
}

TEST(PasswordHash, AnythingElseIsUnknown) {
  for (const char* hash : {
           "",
           "qwerty",
           "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$aGFzaA",
           "$1$salt$hash",
           "x",
           "$2x$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",      // a variant with a known weakness
           "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhW",       // one letter short
           "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhW!",      // not a letter of bcrypt's alphabet
           "$2b$31$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",      // would take most of a day
           "$2b$ab$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",      //
           "65e84be33532fb784c48129675f9eff3a682b27168c0ea744b2cf58ee02337cg",  // not hexadecimal
           "65e84be33532fb784c48129675f9eff3a682b27168c0ea744b2cf58ee02337c",
       }) {
    EXPECT_EQ(hash_kind(hash), HashKind::kUnknown) << hash;
  }
}

TEST(PasswordHash, Sha256HexMatchesItsPasswordInEitherCase) {
  EXPECT_TRUE(matches_sha256_hex("qwerty", kQwertySha));
  EXPECT_TRUE(matches_sha256_hex("qwerty", "65E84BE33532FB784C48129675F9EFF3A682B27168C0EA744B2CF58EE02337C5"));
  EXPECT_FALSE(matches_sha256_hex("qwertz", kQwertySha));
  EXPECT_FALSE(matches_sha256_hex("", kQwertySha));
}

struct BcryptVector {
  const char* password;
  const char* hash;
};

// From the test suites of jBCrypt and crypt_blowfish.
constexpr BcryptVector kBcryptVectors[] = {
    {"", "$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s."},
    {"a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe"},
    {"abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"},
    {"U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
    {"U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
    {"U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
    {"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored",
     "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui"},
    {"\xA3", "$2y$05$/OK.fbVrR/bpIqNJ5ianF.Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq"},
};

TEST(PasswordHash, BcryptMatchesPublishedVectors) {
  for (const auto& [password, hash] : kBcryptVectors) {
    ASSERT_EQ(hash_kind(hash), HashKind::kBcrypt) << hash;
    EXPECT_TRUE(matches_bcrypt(password, hash)) << hash;
    EXPECT_FALSE(matches_bcrypt(std::string("x") + password, hash)) << hash;
  }
}

TEST(PasswordHash, BcryptIgnoresWhatFollowsSeventyTwoBytes) {
  const std::string hash = "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui";
  const std::string first72 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  EXPECT_TRUE(matches_bcrypt(first72, hash));
  EXPECT_TRUE(matches_bcrypt(first72 + std::string(900, 'z'), hash));
}

TEST(PasswordHash, BcryptIsNotFooledByANulByte) {
  EXPECT_FALSE(
      matches_bcrypt(std::string("U*U\0more", 8), "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
}

}  // namespace
}  // namespace chillin::auth
