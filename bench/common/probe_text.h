#pragma once

#include <ctime>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace chillin::bench {

/// CLOCK_MONOTONIC in nanoseconds: the same clock in every process of the machine.
inline uint64_t now_ns() {
  timespec ts{};
  ::clock_gettime(CLOCK_MONOTONIC, &ts);
  return static_cast<uint64_t>(ts.tv_sec) * 1'000'000'000ULL + static_cast<uint64_t>(ts.tv_nsec);
}

// The text of every message the load generator sends: 'T', 16 hex digits (when it was due, ns), 8 hex digits (which
// connection sent it), then dots up to the wanted length. Plain ASCII, so no server escapes or normalises any of it.
inline constexpr size_t kProbeMin = 1 + 16 + 8;

inline void append_hex(std::string& out, uint64_t value, int digits) {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out.push_back(kDigits[(value >> shift) & 0xF]);
}

/// Reads `digits` hex digits; the caller has made sure that they are there.
inline uint64_t parse_hex(const char* at, int digits) {
  uint64_t value = 0;
  for (int i = 0; i < digits; ++i) {
    const auto c = static_cast<unsigned char>(at[i]);
    value = value << 4 | (c <= '9' ? c - '0' : c - 'a' + 10U);
  }
  return value;
}

inline void append_probe_text(std::string& out, uint64_t due_ns, uint32_t sender, size_t length) {
  out.push_back('T');
  append_hex(out, due_ns, 16);
  append_hex(out, sender, 8);
  if (length > kProbeMin) out.append(length - kProbeMin, '.');
}

}  // namespace chillin::bench
