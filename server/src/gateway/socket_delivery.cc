#include "gateway/socket_delivery.h"

#include <string_view>
#include <unordered_map>
#include <utility>

#include "chat/commit_stamp.h"
#include "chat/message_trace.h"
#include "gateway/json_out.h"
#include "util/log.h"

namespace chillin::gateway {

namespace {

// The packets of one room's part of a commit, while they are being collected.
struct RoomPackets {
  std::string room;
  engineio::EncodedBuilder packets;
  engineio::EncodedBuilder variants;
  std::vector<socketio::Variant> variant_list;
  std::size_t count = 0;
};

// `2["message",{...}]`: an EVENT packet of the namespace "/" (Socket.IO protocol 5 and 4 alike).
void write_packet(std::string& out, std::string_view event, std::string_view args) {
  out.assign("2[\"");
  out += event;
  out += "\",";
  out += args;
  out += ']';
}

// See chat/ports/delivery.h: what every server tells its own people.
bool own_people_only(const chat::Push& push) {
  return std::holds_alternative<chat::Notice>(push) || std::holds_alternative<chat::RoomData>(push) ||
         std::holds_alternative<chat::Unread>(push) || std::holds_alternative<chat::ServerShutdown>(push);
}

}  // namespace

SocketDelivery::SocketDelivery(net::LoopGroup& loops, socketio::Namespace& nsp, chat::RoomLog& log, chat::Bus& bus,
                               const util::Clock& clock, std::size_t history)
    : nsp_(nsp), clock_(clock) {
  for (std::size_t i = 0; i < loops.size(); ++i) {
    feeds_.push_back(std::make_unique<RoomFeeds>(log, bus, history));
    meters_.push_back(std::make_unique<DeliveryMeter>());
  }
}

RoomFeeds& SocketDelivery::feeds() {
  return *feeds_[static_cast<std::size_t>(net::Loop::current()->index())];
}

void SocketDelivery::log_events(std::span<const chat::RoomEvent> events) const {
  const std::int64_t now = clock_.wall().value;
  const chat::RoomEvent* slowest = nullptr;
  std::int64_t slowest_ms = 0;
  std::int64_t slow = 0;
  for (const auto& event : events) {
    const std::int64_t took = now - event.message.timestamp.value;
    if (chat::tracing()) {
      util::log_debug("message_delivered", {{"trace", chat::trace_of(event.message)},
                                            {"message", event.message.id.to_string()},
                                            {"room", event.message.room},
                                            {"seq", event.seq.value}});
    }
    // Only a creation says when it was made.
    if (slow_ms_ == 0 || event.kind != chat::ChangeKind::kCreated || took < slow_ms_) continue;
    ++slow;
    if (took <= slowest_ms) continue;
    slowest = &event;
    slowest_ms = took;
  }
  // One line for what came together: after an outage thousands are late.
  if (slowest == nullptr || !util::log_enabled(util::LogLevel::kWarn)) return;
  util::log_warn("slow_delivery", {{"messages", slow},
                                   {"ms", slowest_ms},
                                   {"message", slowest->message.id.to_string()},
                                   {"trace", chat::trace_of(slowest->message)}});
}

void SocketDelivery::room_events(std::span<const chat::RoomEvent> events) {
  if (slow_ms_ > 0 || chat::tracing()) log_events(events);
  auto feed_events = std::make_shared<std::vector<RoomFeedEvent>>();
  feed_events->reserve(events.size());
  std::vector<RoomPackets> rooms;
  std::unordered_map<std::string_view, std::size_t> index;
  std::string packet;

  for (const auto& event : events) {
    const chat::Message& message = event.message;
    const auto [slot, is_new] = index.try_emplace(message.room, rooms.size());
    if (is_new) rooms.emplace_back().room = message.room;
    RoomPackets& room = rooms[slot->second];

    auto rendered = render_message(message);
    const bool created = event.kind == chat::ChangeKind::kCreated;
    if (created) {
      write_packet(packet, "message", rendered->json);
    } else {
      const WireEvent wire = wire_event(event);
      write_packet(packet, wire.name, wire.args);
    }
    room.packets.text(packet);
    if (created && !message.temp_id.empty()) {
      const WireEvent own = wire_event(event, message.temp_id);
      write_packet(packet, own.name, own.args);
      room.variant_list.push_back({person_room(message.author_key), room.count, room.variant_list.size()});
      room.variants.text(packet);
    }
    ++room.count;
    feed_events->push_back({message.room, {event.seq, {message.id.seq, std::move(rendered)}}});
  }

  auto batches = std::make_shared<std::vector<socketio::Batch>>();
  batches->reserve(rooms.size());
  for (auto& room : rooms) {
    socketio::Batch batch;
    batch.room = std::move(room.room);
    batch.packets = room.packets.finish();
    if (!room.variant_list.empty()) batch.variant_packets = room.variants.finish();
    batch.variants = std::move(room.variant_list);
    batches->push_back(std::move(batch));
  }

  // The feed and the pushes advance in one step of each loop: a newcomer is entered before both or after both.
  const auto stamp = chat::ScopedCommitStamp::current();
  std::vector<util::UniqueFunction<void()>> before(feeds_.size());
  for (std::size_t i = 0; i < feeds_.size(); ++i) {
    before[i] = [feeds = feeds_[i].get(), meter = meters_[i].get(), feed_events, stamp] {
      feeds->apply(*feed_events);
      meter->begin(stamp);
    };
  }
  nsp_.send_batch(std::move(batches), std::move(before));
}

void SocketDelivery::to_room(const std::string& room, const chat::Push& push, const std::string& except_socket) {
  const WireEvent wire = wire_event(push, clock_.wall());
  auto target = nsp_.to(room);
  if (!except_socket.empty()) target.except(except_socket);
  if (own_people_only(push)) target.local();
  target.emit_raw(wire.name, wire.args);
}

void SocketDelivery::to_socket(const std::string& socket_id, const chat::Push& push) {
  to_room(socket_id, push, {});
}

void SocketDelivery::to_person(const std::string& author_key, const chat::Push& push) {
  to_room(person_room(author_key), push, {});
}

void SocketDelivery::to_all(const chat::Push& push) {
  const WireEvent wire = wire_event(push, clock_.wall());
  auto target = nsp_.all();
  if (own_people_only(push)) target.local();
  target.emit_raw(wire.name, wire.args);
}

}  // namespace chillin::gateway
