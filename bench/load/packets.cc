// The part of Worker that reads and writes Engine.IO and Socket.IO packets. Deliveries are not parsed as JSON: at a
// million a second this program must stay well below one core, so it looks for two markers where they stood last time.
#include <algorithm>
#include <cstdio>
#include <cstring>

#include "common/probe_text.h"
#include "common/websocket_frame.h"
#include "load/worker.h"

namespace chillin::bench {
namespace {

constexpr std::string_view kMessageEvent = "42[\"message\",";
constexpr std::string_view kSeqMarker = "\"seq\":";
constexpr std::string_view kSidMarker = "\"sid\":\"";
constexpr std::string_view kTextMarker = "\"text\":\"T";

/// Position just behind `marker`, or 0. `hint` is where it was the last time and is kept up to date.
size_t find_behind(const char* data, size_t size, std::string_view marker, uint16_t& hint) {
  if (hint + marker.size() <= size && std::memcmp(data + hint, marker.data(), marker.size()) == 0) {
    return hint + marker.size();
  }
  const void* found = ::memmem(data, size, marker.data(), marker.size());
  if (found == nullptr) return 0;
  const auto at = static_cast<size_t>(static_cast<const char*>(found) - data);
  hint = static_cast<uint16_t>(std::min<size_t>(at, 0xFFFF));
  return at + marker.size();
}

uint64_t parse_decimal(const char* at, const char* end) {
  uint64_t value = 0;
  while (at != end && *at >= '0' && *at <= '9') value = value * 10 + static_cast<uint64_t>(*at++ - '0');
  return value;
}

}  // namespace

/// All names are of one length, so that what stands behind them in a message stands at the same place for each sender.
std::string Worker::name_of(const Connection& c) const {
  const std::string digits = std::to_string(c.index);
  return name_prefix_ + std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0') + digits;
}

void Worker::on_frame(Connection& c, uint8_t opcode, const char* payload, size_t size) {
  if (opcode == kOpText) return on_packet(c, payload, size);
  if (opcode == kOpPing) {
    append_client_frame(c.out, kOpPong, {payload, size}, mask_key_);
    return flush(c);
  }
  if (opcode == kOpClose) fail(c, "the server sent a close frame");
}

void Worker::on_packet(Connection& c, const char* payload, size_t size) {
  if (size == 0) return;
  const std::string_view packet(payload, size);
  if (c.stage == Stage::kJoined && packet.starts_with(kMessageEvent)) return on_message(c, payload, size);
  switch (packet[0]) {
    case '0':  // Engine.IO open
      if (c.stage != Stage::kOpening) return;
      c.stage = Stage::kNamespace;
      if (const size_t at = packet.find(kSidMarker); at != std::string_view::npos) {
        shared_.server_of[c.index] = shared_.server_of_session(packet.substr(at + kSidMarker.size(), 40));
      }
      return send_text(c, "40");
    case '1':
      return fail(c, "the server sent an Engine.IO close packet");
    case '2':
      return send_text(c, "3");  // ping
    case '4':
      break;
    default:
      return;
  }
  if (packet.starts_with("40") && c.stage == Stage::kNamespace) {
    c.stage = Stage::kJoining;
    scratch_ = "42" + std::to_string(c.next_ack++) + "[\"join\",{\"name\":\"" + name_of(c) + "\",\"room\":\"room" +
               name_prefix_ + std::to_string(c.room) + "\"}]";
    return send_text(c, scratch_);
  }
  if (packet.starts_with("44")) return fail(c, "CONNECT refused: " + std::string(packet.substr(0, 200)));
  if (packet.starts_with("43")) return on_ack_packet(c, payload, size);
}

void Worker::on_ack_packet(Connection& c, const char* payload, size_t size) {
  const std::string_view packet(payload, size);
  const size_t bracket = packet.find('[');
  // The first argument is the error: null, or (a server that acknowledges with nothing) absent.
  const std::string_view arguments = bracket == std::string_view::npos ? "" : packet.substr(bracket);
  const bool good = arguments.starts_with("[null") || arguments.starts_with("[]");
  if (c.stage == Stage::kJoining) {
    if (!good) return fail(c, "join refused: " + std::string(packet.substr(0, 200)));
    return on_joined(c);
  }
  if (good) return acknowledged(c);
  ++counters_.refused;
  if (c.in_flight > 0) --c.in_flight;
  if (!shared_.complained.exchange(true)) {
    std::fprintf(stderr, "bench_load: a message was refused: %.200s\n", std::string(packet).c_str());
  }
}

void Worker::on_message(Connection& c, const char* payload, size_t size) {
  const size_t seq_at = find_behind(payload, size, kSeqMarker, c.seq_at);
  if (seq_at == 0) return;  // a notice from admin
  const uint64_t seq = parse_decimal(payload + seq_at, payload + size);
  if (c.last_seq != 0 && seq != c.last_seq + 1) {
    if (seq <= c.last_seq) {
      ++counters_.doubled;
      return;
    }
    counters_.lost += seq - c.last_seq - 1;
  }
  c.last_seq = seq;
  ++c.received;
  ++counters_.deliveries;
  counters_.bytes += size + (size < 126 ? 2 : 4);
  if (!measure_latency_ && options_.protocol != Protocol::kFloor) return;

  const size_t text_at = find_behind(payload, size, kTextMarker, c.text_at);
  if (text_at == 0 || text_at + kProbeMin > size) return;
  if (measure_latency_) {
    const uint64_t due = parse_hex(payload + text_at, 16);
    const uint64_t took = turn_ns_ > due ? turn_ns_ - due : 0;
    latencies_.record(took);
    if (several_servers_) {
      const uint64_t sender = parse_hex(payload + text_at + 16, 8);
      const bool same = sender < shared_.server_of.size() && shared_.server_of[sender] == shared_.server_of[c.index];
      (same ? same_server_ : cross_server_).record(took);
    }
  }
  if (options_.protocol == Protocol::kFloor && c.in_flight > 0 && parse_hex(payload + text_at + 16, 8) == c.index) {
    acknowledged(c);
  }
}

void Worker::send_message(Connection& c, uint64_t due_ns) {
  scratch_.clear();
  if (options_.protocol == Protocol::kFloor) {
    append_probe_text(scratch_, due_ns, c.index, options_.text_bytes);
  } else {
    scratch_ += "42";
    scratch_ += std::to_string(c.next_ack++);
    scratch_ += "[\"sendMessage\",{\"text\":\"";
    append_probe_text(scratch_, due_ns, c.index, options_.text_bytes);
    scratch_ += "\",\"tempId\":\"";
    scratch_ += name_prefix_;
    scratch_ += std::to_string(c.index);
    scratch_ += '-';
    scratch_ += std::to_string(c.sent);
    scratch_ += "\"}]";
  }
  ++c.sent;
  ++c.in_flight;
  send_text(c, scratch_);
}

}  // namespace chillin::bench
