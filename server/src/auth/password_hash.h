#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace chillin::auth {

/// The forms in which a password may be stored.
enum class HashKind {
  kArgon2id,   ///< "$argon2id$...", what this server writes
  kBcrypt,     ///< "$2a$", "$2b$" or "$2y$", 60 characters, cost at most kMaxBcryptCost
  kSha256Hex,  ///< 64 hexadecimal digits of either case, unsalted: the earlier version's
  kUnknown,    ///< nothing matches it
};

/// A stored bcrypt hash of a higher cost is not checked: 2^16 rounds already take seconds, and each further step
/// doubles that.
inline constexpr int kMaxBcryptCost = 16;

[[nodiscard]] HashKind hash_kind(std::string_view hash) noexcept;

/// Whether `password` is the one behind `hash`, which must be of kind kSha256Hex. Microseconds.
[[nodiscard]] bool matches_sha256_hex(std::string_view password, std::string_view hash);

/// Whether `password` is the one behind `hash`, which must be of kind kBcrypt. As everywhere, only the first 72 bytes
/// count; a password with a NUL byte never matches, because crypt(3) would see its beginning only. 5 ms to seconds: not
/// on a loop.
[[nodiscard]] bool matches_bcrypt(const std::string& password, const std::string& hash);

}  // namespace chillin::auth
