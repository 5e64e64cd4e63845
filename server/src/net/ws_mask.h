#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace chillin::net {

/// A masking key as the four bytes stand on the wire, read in memory order; rotated as bytes are unmasked.
struct WsMask {
  std::uint32_t key = 0;

  /// The key for the byte `n` places further on.
  [[nodiscard]] WsMask advanced(std::size_t n) const noexcept {
    const unsigned shift = static_cast<unsigned>(n % 4) * 8;
    // Little-endian: the next byte of the key is the next higher one.
    return {shift == 0 ? key : (key >> shift | key << (32 - shift))};
  }
};

/// XORs in place (RFC 6455 section 5.3); returns the key for the byte behind the last. The loop over words has no
/// dependencies, so that the compiler makes it 16 or 32 bytes a step.
inline WsMask ws_unmask(char* data, std::size_t size, WsMask mask) noexcept {
  const std::uint64_t wide = std::uint64_t{mask.key} << 32 | mask.key;
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    std::uint64_t word;
    std::memcpy(&word, data + i, 8);
    word ^= wide;
    std::memcpy(data + i, &word, 8);
  }
  for (unsigned shift = 0; i < size; ++i, shift += 8) {
    data[i] = static_cast<char>(static_cast<unsigned char>(data[i]) ^ (mask.key >> shift % 32 & 0xff));
  }
  return mask.advanced(size);
}

}  // namespace chillin::net
