#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engineio/packet_codec.h"
#include "engineio/session.h"
#include "session_checker.h"

namespace chillin::engineio::test {

/// A server's session, a client that behaves as engine.io-client does, and the network between them, whose every
/// message waits until the schedule delivers it. HTTP requests and answers travel each on their own; a WebSocket keeps
/// its order.
///
/// Both sides send numbered messages; whatever the schedule, each side must receive them all, once, in order.
class UpgradeWorld {
 public:
  UpgradeWorld(int protocol, bool text_only)
      : protocol_(protocol),
        session_(config(), protocol, TransportKind::kPolling, text_only, now_),
        checker_(TransportKind::kPolling) {}

  static constexpr int kSteps = 16;

  /// Does one thing, or nothing if it is not possible now.
  void step(unsigned which, unsigned amount) {
    switch (which % kSteps) {
      case 0:
        return server_sends(1 + amount % 3);
      case 1:
        return server_flushes();
      case 2:
        return client_sends();
      case 3:
        return client_polls();
      case 4:
        return deliver_poll();
      case 5:
        return deliver_poll_answer();
      case 6:
        return deliver_post();
      case 7:
        return deliver_post_answer();
      case 8:
        return client_opens_probe();
      case 9:
        return deliver_up();
      case 10:
        return deliver_down();
      case 11:
        return pass_time(util::Millis(amount % 150));
      case 12:
        return amount % 4 == 0 ? break_probe() : void();
      case 13:
        return client_finishes_pause();
      case 14:
        return deliver_up();
      default:
        return deliver_down();
    }
  }

  /// Delivers everything, in rounds, until nothing is on its way and nothing waits.
  void settle() {
    for (int round = 0; round < 200 + 4 * (server_sent_ + client_sent_); ++round) {
      for (const unsigned which : {1U, 3U, 4U, 6U, 7U, 9U, 10U, 5U, 13U}) step(which, 0);
      if (client_buffer_.empty() == false && phase_ != Phase::kPausing) client_flushes();
      pass_time(util::Millis(20));
    }
  }

  /// Null, or what went wrong.
  [[nodiscard]] const char* verdict() const {
    if (checker_.closed()) return "the session ended";
    if (server_sent_ != client_received_) return "the client has not received everything";
    if (client_sent_ != server_received_) return "the server has not received everything";
    return problem_;
  }
  [[nodiscard]] bool upgraded() const { return phase_ == Phase::kUpgraded; }

 private:
  enum class Phase : std::uint8_t { kPolling, kProbing, kPausing, kUpgraded };
  struct Frame {
    std::string data;
    bool binary;
  };

  static const SessionConfig& config() {
    static const SessionConfig c{.ping_interval = util::Millis(300),
                                 .ping_timeout = std::chrono::hours(1'000),
                                 .upgrade_timeout = util::Millis(2'000),
                                 .max_queued_bytes = 100'000'000,
                                 .close_timeout = util::Millis(30'000),
                                 .noop_pace = util::Millis(100)};
    return c;
  }
  void fail(const char* what) {
    if (problem_ == nullptr) problem_ = what;
  }

  // Server

  void event(const std::function<void(Actions&)>& run, bool request = false) {
    Actions actions;
    run(actions);
    checker_.check(session_, actions, request);
    for (Action& a : actions) {
      if (auto* x = std::get_if<action::Deliver>(&a)) receive(server_received_, x->data);
      if (auto* x = std::get_if<action::AnswerPoll>(&a)) poll_answer_ = std::move(x->payload);
      if (std::holds_alternative<action::RejectPoll>(a)) fail("a poll of a well-behaved client was rejected");
      if (std::holds_alternative<action::RejectRequest>(a)) fail("a request of a well-behaved client was rejected");
      if (auto* x = std::get_if<action::SendText>(&a)) down_.push_back({x->text, false});
      if (auto* x = std::get_if<action::SendQueue>(&a)) send_queue(x->packets);
      if (std::holds_alternative<action::ProbePong>(a)) down_.push_back({"3probe", false});
      if (std::holds_alternative<action::CloseProbe>(a)) probe_closed_by_server_ = true;
    }
  }
  void send_queue(const std::vector<Outgoing>& packets) {
    for (const Outgoing& item : packets) {
      if (!item.batch)
        down_.push_back({std::string(1, static_cast<char>('0' + static_cast<int>(item.control))), false});
      for (std::size_t i = item.first; item.batch && i < item.first + item.count; ++i) push_down(*item.batch, i);
    }
  }
  void push_down(const Encoded& batch, std::size_t i) {
    if (!batch.binary(i)) return down_.push_back({"4" + std::string(batch.data(i)), false});
    down_.push_back({(protocol_ == 3 ? "\x04" : "") + std::string(batch.data(i)), true});
  }
  void server_sends(unsigned count) {
    EncodedBuilder builder;
    for (unsigned i = 0; i < count; ++i) {
      const std::string data = std::to_string(server_sent_++);
      if (server_sent_ % 3 == 0) {
        builder.binary(data);
      } else {
        builder.text(data);
      }
    }
    const auto batch = builder.finish();
    if (session_.transport() == TransportKind::kPolling) {
      event([&](Actions& out) { session_.queue(batch, 0, count, out); });
    } else {
      for (unsigned i = 0; i < count; ++i) push_down(*batch, i);
    }
  }
  void server_flushes() {
    event([&](Actions& out) { session_.flush(out); });
  }
  void pass_time(util::Millis passed) {
    // An upgrade that times out while its last packet is on the way costs the connection in reality too.
    if (upgrade_packet_on_its_way()) return;
    now_ += passed;
    event([&](Actions& out) { session_.on_time(now_, out); });
  }

  // Network

  void deliver_poll() {
    if (!std::exchange(poll_on_its_way_, false)) return;
    event([&](Actions& out) { session_.on_poll(now_, out); }, true);
  }
  void deliver_poll_answer() {
    if (!poll_answer_) return;
    const Payload payload = *std::exchange(poll_answer_, std::nullopt);
    poll_under_way_ = false;
    PayloadReader reader(protocol_, payload.body, payload.binary, {});
    Packet packet;
    while (true) {
      const auto step = reader.next(packet);
      if (step == PayloadReader::Step::kError) return fail("a poll's answer is no payload");
      if (step == PayloadReader::Step::kEnd) return;
      client_receives(packet);
    }
  }
  void deliver_post() {
    if (!post_on_its_way_) return;
    const Payload payload = *std::exchange(post_on_its_way_, std::nullopt);
    PayloadReader reader(protocol_, payload.body, payload.binary, {});
    Packet packet;
    while (reader.next(packet) == PayloadReader::Step::kPacket) {
      event([&](Actions& out) { session_.on_packet(Source::kPolling, packet, now_, out); });
    }
    post_answer_on_its_way_ = true;
  }
  void deliver_post_answer() {
    if (!std::exchange(post_answer_on_its_way_, false)) return;
    post_under_way_ = false;
    client_flushes();
  }
  void deliver_up() {
    if (up_.empty()) return;
    const Frame frame = std::move(up_.front());
    up_.pop_front();
    std::string scratch;
    const auto packet = decode_ws_packet(protocol_, frame.data, frame.binary, scratch);
    if (!packet) return fail("the client sent no packet");
    const Source source = session_.transport() == TransportKind::kPolling ? Source::kProbe : Source::kWebSocket;
    if (source == Source::kProbe && !session_.upgrading()) return;  // of a probe that the server has closed
    event([&](Actions& out) { session_.on_packet(source, *packet, now_, out); });
  }
  void deliver_down() {
    if (down_.empty()) {
      // The close travels behind everything else.
      if (std::exchange(probe_closed_by_server_, false)) client_loses_probe();
      return;
    }
    const Frame frame = std::move(down_.front());
    down_.pop_front();
    std::string scratch;
    const auto packet = decode_ws_packet(protocol_, frame.data, frame.binary, scratch);
    if (!packet) return fail("the server sent no packet");
    if (packet->type == PacketType::kPong && packet->data == "probe") {
      if (phase_ == Phase::kProbing) phase_ = Phase::kPausing;
      return;
    }
    client_receives(*packet);
  }

  // Client

  void client_polls() {
    if (poll_under_way_ || phase_ == Phase::kUpgraded || phase_ == Phase::kPausing) return;
    poll_under_way_ = poll_on_its_way_ = true;
  }
  void client_sends() {
    client_buffer_.push_back({PacketType::kMessage, std::to_string(client_sent_++)});
    client_flushes();
  }
  void client_flushes() {
    if (client_buffer_.empty() || phase_ == Phase::kPausing) return;
    if (phase_ == Phase::kUpgraded) {
      for (const auto& [type, data] : client_buffer_) up_.push_back({digit(type) + data, false});
      client_buffer_.clear();
      return;
    }
    if (post_under_way_) return;
    std::vector<Packet> packets;
    packets.reserve(client_buffer_.size());
    for (const auto& [type, data] : client_buffer_)
      packets.push_back({type, type == PacketType::kMessage && data.size() % 2 == 0, data});
    post_on_its_way_ = encode_payload(protocol_, false, packets);
    post_under_way_ = true;
    client_buffer_.clear();
  }
  void client_receives(const Packet& packet) {
    if (packet.type == PacketType::kMessage) receive(client_received_, packet.data);
    if (packet.type == PacketType::kClose) fail("the client was told to close");
    if (packet.type == PacketType::kPing) {
      client_buffer_.push_back({PacketType::kPong, ""});
      client_flushes();
    }
  }
  void client_opens_probe() {
    if (phase_ != Phase::kPolling || !session_.can_upgrade()) return;
    session_.on_probe_opened(false, now_);
    checker_.probe_opened();
    probe_closed_by_server_ = false;
    up_.clear();
    down_.clear();
    up_.push_back({"2probe", false});
    phase_ = Phase::kProbing;
  }
  void break_probe() {
    if (phase_ == Phase::kUpgraded || !session_.upgrading()) return;
    session_.on_probe_closed();
    checker_.probe_closed();
    client_loses_probe();
  }
  void client_loses_probe() {
    if (phase_ == Phase::kUpgraded) return fail("the client lost a WebSocket it relied on");
    phase_ = Phase::kPolling;
    up_.clear();
    down_.clear();
    client_flushes();
  }
  void client_finishes_pause() {
    if (phase_ != Phase::kPausing || poll_under_way_ || post_under_way_ || probe_closed_by_server_) return;
    up_.push_back({"5", false});
    phase_ = Phase::kUpgraded;
    client_flushes();
  }
  [[nodiscard]] bool upgrade_packet_on_its_way() const {
    return phase_ == Phase::kUpgraded && session_.transport() == TransportKind::kPolling;
  }

  static char digit(PacketType type) { return static_cast<char>('0' + static_cast<int>(type)); }
  void receive(int& received, std::string_view data) {
    if (data != std::to_string(received)) fail("a message was lost, doubled or out of order");
    ++received;
  }

  int protocol_;
  util::SteadyTime now_{std::chrono::seconds(1'000)};
  Session session_;
  SessionChecker checker_;
  const char* problem_ = nullptr;

  bool poll_under_way_ = false;
  bool poll_on_its_way_ = false;
  std::optional<Payload> poll_answer_;
  bool post_under_way_ = false;
  std::optional<Payload> post_on_its_way_;
  bool post_answer_on_its_way_ = false;
  std::deque<Frame> up_;
  std::deque<Frame> down_;
  bool probe_closed_by_server_ = false;

  Phase phase_ = Phase::kPolling;
  std::vector<std::pair<PacketType, std::string>> client_buffer_;
  int server_sent_ = 0;
  int server_received_ = 0;
  int client_sent_ = 0;
  int client_received_ = 0;
};

}  // namespace chillin::engineio::test
