#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/websocket.h"
#include "net/ws_frame.h"
#include "net/ws_mask.h"
#include "util/text.h"

namespace chillin::net {

/// What a peer did wrong: the code to close with (RFC 6455 section 7.4.1) and why, for the close frame.
struct WsViolation {
  WsClose code = WsClose::kProtocolError;
  std::string_view reason;
};

/// Whether a close code may stand in a close frame (section 7.4; 1012 to 1014 were registered later).
[[nodiscard]] constexpr bool ws_close_code_valid(unsigned code) noexcept {
  return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
         (code >= 3000 && code <= 4999);
}

/// The header of one client frame, checked as far as the frame itself goes (section 5.2).
struct WsFrameHeader {
  WsOpcode opcode = WsOpcode::kContinuation;
  bool final = true;
  std::uint64_t payload_size = 0;
  WsMask mask;

  [[nodiscard]] bool control() const noexcept { return static_cast<unsigned>(opcode) >= 8; }

  /// Bytes the header has, judged by its first two.
  [[nodiscard]] static std::size_t size(const unsigned char* first_two) noexcept {
    const unsigned length = first_two[1] & 0x7fU;
    return 2U + (length == 126 ? 2U : length == 127 ? 8U : 0U) + 4U;
  }
  /// Null if the first two bytes may stand there, else why not.
  [[nodiscard]] static const char* check_start(const unsigned char* first_two) noexcept;
  /// Reads a whole header whose start was checked; not null: why it is wrong.
  [[nodiscard]] const char* read(const unsigned char* bytes) noexcept;
};

/// Server side of the framing of RFC 6455: bytes in any pieces go in, messages and control frames come out. Payloads
/// are unmasked in place; a message that lies in one piece of the input is handed on without a copy, and only the
/// unfinished part of one is kept, so an idle connection holds 56 bytes.
///
/// No socket inside. The result does not depend on how the bytes were cut, which the fuzz target checks.
///
/// `Sink` has, each returning whether to go on:
///   bool on_message(std::string_view data, bool binary);   // data is valid during the call
///   bool on_ping(std::string_view payload);
///   bool on_pong(std::string_view payload);
///   bool on_close(std::uint16_t code, std::string_view reason);  // 1005: none was given
///   void on_violation(const WsViolation&);
class WsParser {
 public:
  explicit WsParser(std::size_t max_message_bytes) : max_message_bytes_(max_message_bytes) {}

  /// False when it stopped: the sink said so, or after a violation or a close frame. Do not feed it any more then.
  template <class Sink>
  bool feed(std::span<char> data, Sink& sink);

 private:
  struct Partial {
    std::string message;
    std::string control;
  };

  template <class Sink>
  bool begin_frame(const WsFrameHeader& header, Sink& sink);
  template <class Sink>
  bool take_payload(std::span<char> piece, Sink& sink);
  template <class Sink>
  bool finish_control(std::string_view payload, Sink& sink);
  template <class Sink>
  bool violate(WsClose code, std::string_view reason, Sink& sink) {
    sink.on_violation({code, reason});
    return false;
  }

  Partial& partial() {
    if (!partial_) partial_ = std::make_unique<Partial>();
    return *partial_;
  }

  std::size_t max_message_bytes_;
  std::size_t remaining_ = 0;  ///< of the current frame's payload
  std::unique_ptr<Partial> partial_;
  WsMask mask_;
  util::Utf8Validator utf8_;
  unsigned char header_[14] = {};
  std::uint8_t header_size_ = 0;
  bool in_payload_ = false;
  bool final_ = true;     ///< of the current frame
  bool control_ = false;  ///< the current frame is one
  WsOpcode control_opcode_ = WsOpcode::kPing;
  bool in_message_ = false;  ///< a data frame has begun a message that is not finished
  bool binary_ = false;      ///< of the current message
};

template <class Sink>
bool WsParser::feed(std::span<char> data, Sink& sink) {
  while (true) {
    if (!in_payload_) {
      const unsigned char* bytes = reinterpret_cast<const unsigned char*>(data.data());
      WsFrameHeader header;
      if (header_size_ == 0 && data.size() >= 2 && data.size() >= WsFrameHeader::size(bytes)) {
        if (const char* why = WsFrameHeader::check_start(bytes)) return violate(WsClose::kProtocolError, why, sink);
        if (const char* why = header.read(bytes)) return violate(WsClose::kProtocolError, why, sink);
        data = data.subspan(WsFrameHeader::size(bytes));
      } else {
        // A header in pieces: collected byte by byte, wrong starts are told at once.
        bool complete = false;
        while (!data.empty() && !complete) {
          header_[header_size_++] = static_cast<unsigned char>(data.front());
          data = data.subspan(1);
          if (header_size_ < 2) continue;
          if (header_size_ == 2) {
            if (const char* why = WsFrameHeader::check_start(header_)) {
              return violate(WsClose::kProtocolError, why, sink);
            }
          }
          complete = header_size_ == WsFrameHeader::size(header_);
        }
        if (!complete) return true;
        if (const char* why = header.read(header_)) return violate(WsClose::kProtocolError, why, sink);
        header_size_ = 0;
      }
      if (!begin_frame(header, sink)) return false;
    }
    if (remaining_ > 0 && data.empty()) return true;
    const std::size_t n = std::min(remaining_, data.size());
    const auto piece = data.first(n);
    data = data.subspan(n);
    if (!take_payload(piece, sink)) return false;
    if (remaining_ > 0) return true;
    if (data.empty() && !in_payload_) return true;
  }
}

template <class Sink>
bool WsParser::begin_frame(const WsFrameHeader& header, Sink& sink) {
  control_ = header.control();
  final_ = header.final;
  if (control_) {
    control_opcode_ = header.opcode;
  } else if (header.opcode == WsOpcode::kContinuation) {
    if (!in_message_) return violate(WsClose::kProtocolError, "continuation without a message", sink);
  } else {
    if (in_message_) return violate(WsClose::kProtocolError, "a message inside a message", sink);
    in_message_ = true;
    binary_ = header.opcode == WsOpcode::kBinary;
    utf8_.reset();
  }
  if (!control_) {
    const std::size_t before = partial_ ? partial_->message.size() : 0;
    if (header.payload_size > max_message_bytes_ - before) return violate(WsClose::kTooBig, "message too big", sink);
  }
  remaining_ = static_cast<std::size_t>(header.payload_size);
  mask_ = header.mask;
  in_payload_ = true;
  return true;
}

template <class Sink>
bool WsParser::take_payload(std::span<char> piece, Sink& sink) {
  mask_ = ws_unmask(piece.data(), piece.size(), mask_);
  remaining_ -= piece.size();
  const std::string_view bytes(piece.data(), piece.size());
  const bool frame_done = remaining_ == 0;
  if (frame_done) in_payload_ = false;

  if (control_) {
    if (frame_done && (!partial_ || partial_->control.empty())) return finish_control(bytes, sink);
    partial().control.append(bytes);
    if (!frame_done) return true;
    std::string payload;
    payload.swap(partial_->control);
    if (partial_->message.empty()) partial_.reset();
    return finish_control(payload, sink);
  }

  if (!binary_ && !utf8_.feed(bytes)) return violate(WsClose::kInvalidData, "text is not UTF-8", sink);
  const bool message_done = frame_done && final_;
  if (!message_done) {
    if (!bytes.empty()) partial().message.append(bytes);
    return true;
  }
  if (!binary_ && !utf8_.complete()) return violate(WsClose::kInvalidData, "text is not UTF-8", sink);
  in_message_ = false;
  if (!partial_ || partial_->message.empty()) return sink.on_message(bytes, binary_);
  // Taken out first: the sink may drop the connection, and this parser with it.
  const std::unique_ptr<Partial> whole = std::move(partial_);
  whole->message.append(bytes);
  return sink.on_message(whole->message, binary_);
}

template <class Sink>
bool WsParser::finish_control(std::string_view payload, Sink& sink) {
  if (control_opcode_ == WsOpcode::kPing) return sink.on_ping(payload);
  if (control_opcode_ == WsOpcode::kPong) return sink.on_pong(payload);
  if (payload.empty()) {
    sink.on_close(static_cast<std::uint16_t>(WsClose::kNoStatus), {});
    return false;
  }
  if (payload.size() == 1) return violate(WsClose::kProtocolError, "close frame of one byte", sink);
  const unsigned code =
      static_cast<unsigned>(static_cast<unsigned char>(payload[0])) << 8 | static_cast<unsigned char>(payload[1]);
  if (!ws_close_code_valid(code)) return violate(WsClose::kProtocolError, "invalid close code", sink);
  const std::string_view reason = payload.substr(2);
  if (!util::is_utf8(reason)) return violate(WsClose::kInvalidData, "close reason is not UTF-8", sink);
  sink.on_close(static_cast<std::uint16_t>(code), reason);
  return false;
}

inline const char* WsFrameHeader::check_start(const unsigned char* first_two) noexcept {
  const unsigned opcode_value = first_two[0] & 0x0fU;
  if ((first_two[0] & 0x70U) != 0) return "reserved bits are set";
  if ((opcode_value > 2 && opcode_value < 8) || opcode_value > 10) return "unknown opcode";
  if ((first_two[1] & 0x80U) == 0) return "frame is not masked";
  if (opcode_value >= 8) {
    if ((first_two[0] & 0x80U) == 0) return "fragmented control frame";
    if ((first_two[1] & 0x7fU) > 125) return "control frame too long";
  }
  return nullptr;
}

inline const char* WsFrameHeader::read(const unsigned char* bytes) noexcept {
  opcode = static_cast<WsOpcode>(bytes[0] & 0x0fU);
  final = (bytes[0] & 0x80U) != 0;
  payload_size = bytes[1] & 0x7fU;
  const std::size_t extra = payload_size == 126 ? 2 : payload_size == 127 ? 8 : 0;
  if (extra > 0) {
    payload_size = 0;
    for (std::size_t i = 0; i < extra; ++i) payload_size = payload_size << 8 | bytes[2 + i];
    if (payload_size >> 63 != 0) return "length out of range";
    if (payload_size < (extra == 2 ? 126U : 65'536U)) return "length not encoded minimally";
  }
  std::memcpy(&mask.key, bytes + 2 + extra, sizeof mask.key);
  return nullptr;
}

}  // namespace chillin::net
