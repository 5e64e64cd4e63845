// The WebSocket frame parser: however the input is cut into pieces, the same messages, control frames and violations
// come out as when it comes at once, and nothing is read or written outside the pieces.
//
// Input: two bytes that say how to cut (seed of the pieces' sizes), one that chooses the message limit, the rest is the
// stream as a client sends it. With an odd third byte the mask bits are set, so that a search gets past "not masked".
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "net/ws_parser.h"

namespace {

using namespace chillin;

struct Recorder {
  std::string log;
  std::size_t limit = 0;
  void add(char kind, std::string_view data) {
    log += kind;
    log += std::to_string(data.size());
    log += ':';
    log += data;
  }
  bool on_message(std::string_view data, bool binary) {
    if (data.size() > limit) std::abort();
    if (!binary && !util::is_utf8(data)) std::abort();
    add(binary ? 'b' : 't', data);
    return true;
  }
  bool on_ping(std::string_view payload) {
    if (payload.size() > 125) std::abort();
    add('i', payload);
    return true;
  }
  bool on_pong(std::string_view payload) {
    if (payload.size() > 125) std::abort();
    add('o', payload);
    return true;
  }
  bool on_close(std::uint16_t code, std::string_view reason) {
    if (code != 1005 && !net::ws_close_code_valid(code)) std::abort();
    add('c', std::to_string(code));
    add('r', reason);
    return false;
  }
  void on_violation(const net::WsViolation& violation) {
    add('v', std::to_string(static_cast<int>(violation.code)));
    add('r', violation.reason);
  }
};

/// Sizes of pieces from a seed: mostly small, because that is where headers are cut.
class Cutter {
 public:
  explicit Cutter(std::uint32_t seed) : state_(seed * 2654435761U + 1) {}
  std::size_t next() {
    state_ = state_ * 1664525U + 1013904223U;
    const std::uint32_t r = state_ >> 16;
    return (r & 7) != 0 ? 1 + (r >> 3) % 9 : 1 + (r >> 3) % 400;
  }

 private:
  std::uint32_t state_;
};

std::string run(const std::string& stream, std::size_t limit, Cutter* cutter) {
  net::WsParser parser(limit);
  Recorder recorder;
  recorder.limit = limit;
  for (std::size_t at = 0; at < stream.size();) {
    const std::size_t n = cutter != nullptr ? std::min(cutter->next(), stream.size() - at) : stream.size();
    // A buffer of exactly this size, so that the sanitizer sees a step outside.
    const std::unique_ptr<char[]> piece(new char[n]);
    std::memcpy(piece.get(), stream.data() + at, n);
    at += n;
    if (!parser.feed(std::span<char>(piece.get(), n), recorder)) break;
  }
  return recorder.log;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::uint32_t seed = static_cast<std::uint32_t>(data[0]) << 8 | data[1];
  static constexpr std::size_t kLimits[] = {0, 16, 125, 1000, 70'000, 1'000'000};
  const std::size_t limit = kLimits[data[2] / 2 % std::size(kLimits)];
  std::string stream(reinterpret_cast<const char*>(data) + 3, size - 3);
  if ((data[2] & 1) != 0) {
    // Walk the frames as they would be read and set each mask bit.
    for (std::size_t at = 0; at + 1 < stream.size();) {
      stream[at + 1] = static_cast<char>(stream[at + 1] | 0x80);
      const auto* bytes = reinterpret_cast<const unsigned char*>(stream.data() + at);
      const std::size_t header = net::WsFrameHeader::size(bytes);
      if (at + header > stream.size()) break;
      net::WsFrameHeader parsed;
      if (net::WsFrameHeader::check_start(bytes) != nullptr || parsed.read(bytes) != nullptr) break;
      if (parsed.payload_size > stream.size() - at - header) break;
      at += header + static_cast<std::size_t>(parsed.payload_size);
    }
  }
  const std::string whole = run(stream, limit, nullptr);
  Cutter cutter(seed);
  if (run(stream, limit, &cutter) != whole) std::abort();
  return 0;
}
