#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace chillin::util {

/// Random bytes from the operating system's generator (through OpenSSL). Thread-safe.
[[nodiscard]] std::string random_bytes(std::size_t n);

/// `n` random characters of A-Z a-z 0-9 - _, 6 bits each; 20 of them make a socket or session id. Thread-safe; cheap:
/// the generator is asked for many bytes at a time.
[[nodiscard]] std::string random_id(std::size_t n = 20);

/// 20 raw bytes (for Sec-WebSocket-Accept, RFC 6455 section 4.2.2).
[[nodiscard]] std::string sha1(std::string_view bytes);
/// 32 raw bytes.
[[nodiscard]] std::string sha256(std::string_view bytes);
/// 32 raw bytes.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view bytes);
/// Compares in constant time; false at once if the sizes differ.
[[nodiscard]] bool constant_time_equal(std::string_view a, std::string_view b) noexcept;

}  // namespace chillin::util
