#include "auth/password_hash.h"

#include <crypt.h>
#include <sodium.h>

#include <algorithm>
#include <memory>

#include "util/crypto.h"
#include "util/text.h"

namespace chillin::auth {

namespace {

constexpr std::size_t kBcryptSize = 60;
constexpr std::size_t kBcryptPasswordBytes = 72;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_bcrypt_letter(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '/';
}

/// $2b$10$<22 letters of salt><31 letters of hash>
bool is_bcrypt(std::string_view hash) {
  if (hash.size() != kBcryptSize || !hash.starts_with("$2") || hash[3] != '$' || hash[6] != '$') return false;
  if (hash[2] != 'a' && hash[2] != 'b' && hash[2] != 'y') return false;
  if (!is_digit(hash[4]) || !is_digit(hash[5])) return false;
  const int cost = (hash[4] - '0') * 10 + (hash[5] - '0');
  return cost >= 4 && cost <= kMaxBcryptCost && std::all_of(hash.begin() + 7, hash.end(), is_bcrypt_letter);
}

}  // namespace

HashKind hash_kind(std::string_view hash) noexcept {
  if (hash.starts_with(crypto_pwhash_argon2id_STRPREFIX)) return HashKind::kArgon2id;
  if (is_bcrypt(hash)) return HashKind::kBcrypt;
  if (hash.size() == 64 && std::all_of(hash.begin(), hash.end(), is_hex)) return HashKind::kSha256Hex;
  return HashKind::kUnknown;
}

bool matches_sha256_hex(std::string_view password, std::string_view hash) {
  std::string lower(hash);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  return util::constant_time_equal(util::hex_encode(util::sha256(password)), lower);
}

bool matches_bcrypt(const std::string& password, const std::string& hash) {
  if (password.find('\0') != std::string::npos) return false;
  std::string phrase = password.substr(0, kBcryptPasswordBytes);  // crypt(3) refuses 512 bytes and more
  const auto data = std::make_unique<crypt_data>();               // 32 KiB: too much for a stack
  const char* computed = crypt_r(phrase.c_str(), hash.c_str(), data.get());
  const bool matches = computed != nullptr && util::constant_time_equal(computed, hash);
  sodium_memzero(phrase.data(), phrase.size());
  sodium_memzero(data.get(), sizeof *data);
  return matches;
}

}  // namespace chillin::auth
