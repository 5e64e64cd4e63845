#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace chillin::net {

/// Opcodes of RFC 6455 section 5.2.
enum class WsOpcode : std::uint8_t { kContinuation = 0, kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10 };

/// Largest header a server's (unmasked) frame can have.
inline constexpr std::size_t kMaxWsHeaderBytes = 10;

/// Appends the header of an unmasked, final frame of `payload_size` bytes (RFC 6455 section 5.2); the payload goes
/// behind it.
void append_ws_header(std::string& out, WsOpcode opcode, std::size_t payload_size);

/// Header and payload.
void append_ws_frame(std::string& out, WsOpcode opcode, std::string_view payload);

}  // namespace chillin::net
