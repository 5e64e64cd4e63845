#include "bus/redis/cluster_message.h"

#include <boost/json/parse.hpp>
#include <cstdint>
#include <utility>

#include "chat/message_msgpack.h"
#include "chat/message_trace.h"
#include "util/msgpack.h"
#include "util/text.h"

namespace chillin::bus {
namespace {

namespace json = boost::json;
using util::MsgpackReader;
using util::MsgpackWriter;

constexpr std::int64_t kVersion = 1;
constexpr std::int64_t kEventPacket = 2;  // Socket.IO's EVENT

// What `ours` is: [kVersion, kind, ...].
enum Kind : std::int64_t { kRoomEvent = 0, kNudge = 1, kMemberChange = 2, kReadMark = 3 };

std::string_view view(const json::string& text) {
  return {text.data(), text.size()};
}

void append(MsgpackWriter& w, const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      w.nil();
      break;
    case json::kind::bool_:
      w.boolean(value.get_bool());
      break;
    case json::kind::int64:
      w.integer(value.get_int64());
      break;
    case json::kind::uint64:
      w.unsigned_integer(value.get_uint64());
      break;
    case json::kind::double_:
      w.real(value.get_double());
      break;
    case json::kind::string:
      w.text(view(value.get_string()));
      break;
    case json::kind::array:
      w.array(value.get_array().size());
      for (const json::value& element : value.get_array()) append(w, element);
      break;
    case json::kind::object:
      w.map(value.get_object().size());
      for (const auto& [key, element] : value.get_object()) {
        w.text({key.data(), key.size()});
        append(w, element);
      }
      break;
  }
}

MsgpackWriter begin_private(std::string& out, std::string_view uid) {
  MsgpackWriter w(out);
  w.array(4).text(uid).nil().nil();
  return w;
}

/// A text that may go on to clients.
std::optional<std::string_view> utf8(MsgpackReader& reader) {
  const auto text = reader.text();
  return text && util::is_utf8(*text) ? text : std::nullopt;
}

std::optional<chat::RoomEvent> read_event(MsgpackReader& reader) {
  chat::RoomEvent event;
  const auto kind = reader.integer();
  const auto seq = reader.integer();
  auto message = chat::read_message(reader);
  if (!kind || *kind < 0 || *kind > 3 || !seq || !message) return std::nullopt;
  event.kind = static_cast<chat::ChangeKind>(*kind);
  event.seq.value = *seq;
  event.message = *std::move(message);
  // What creates a message stands at its place.
  if ((event.kind == chat::ChangeKind::kCreated) != (event.seq == event.message.id.seq)) return std::nullopt;
  const auto account = reader.integer();
  const auto name = utf8(reader);
  const auto emoji = utf8(reader);
  const auto on = reader.boolean();
  if (!account || !name || !emoji || !on) return std::nullopt;
  if (*account != 0) event.actor.account = chat::AccountId{*account};
  event.actor.name = *name;
  event.emoji = *emoji;
  event.on = *on;
  return event;
}

std::optional<chat::Signal> read_member_change(MsgpackReader& reader) {
  const auto room_name = utf8(reader);
  const auto kind = reader.integer();
  const auto name = utf8(reader);
  const auto people = reader.integer();
  if (!room_name || !kind || *kind < 0 || *kind > 3 || !name || !people) return std::nullopt;
  return chat::MemberChange{std::string(*room_name), static_cast<chat::MemberChange::Kind>(*kind), std::string(*name),
                            *people};
}

std::optional<chat::Signal> read_read_mark(MsgpackReader& reader) {
  const auto room = reader.integer();
  const auto room_name = utf8(reader);
  const auto account = reader.integer();
  const auto seq = reader.integer();
  if (!room || !room_name || !account || !seq) return std::nullopt;
  return chat::ReadMark{chat::RoomId{*room}, std::string(*room_name), chat::AccountId{*account}, chat::Seq{*seq}};
}

template <class T>
std::optional<ClusterMessage> as_message(std::optional<T> read) {
  if (!read) return std::nullopt;
  return ClusterMessage(*std::move(read));
}

}  // namespace

std::string channel_of(std::string_view room_name) {
  return std::string("socket.io#/#").append(room_name) + "#";
}

std::string encode(std::string_view uid, const chat::RoomEvent& event, const Rendered& rendered,
                   util::WallMillis committed) {
  std::string out;
  out.reserve(256 + rendered.args.size() * 2);
  MsgpackWriter w(out);
  w.array(4).text(uid);
  w.map(3).text("type").integer(kEventPacket).text("data").array(2).text(rendered.name);
  json::error_code error;
  const json::value args = json::parse(rendered.args, error);  // null if it is none: then it is not our text to mend
  append(w, args);
  w.text("nsp").text("/");
  w.map(3).text("rooms").array(1).text(event.message.room).text("except").array(0).text("flags").map(0);

  // Ten since there are metrics, eleven with a trace id: who knows of fewer passes over the rest.
  const auto trace = chat::given_trace(event.message.author_key, event.message.temp_id);
  w.array(trace ? 11 : 10).integer(kVersion).integer(kRoomEvent).integer(static_cast<std::int64_t>(event.kind));
  w.integer(event.seq.value);
  chat::append_msgpack(out, event.message);
  w.integer(event.actor.account ? event.actor.account->value : 0).text(event.actor.name);
  w.text(event.emoji).boolean(event.on).integer(committed.value);
  if (trace) w.text(*trace);
  return out;
}

std::string encode(std::string_view uid, const Nudge& nudge) {
  std::string out;
  auto w = begin_private(out, uid);
  w.array(5).integer(kVersion).integer(kNudge).integer(nudge.room.value).text(nudge.room_name);
  w.integer(nudge.seq.value);
  return out;
}

std::string encode(std::string_view uid, const chat::Signal& signal) {
  std::string out;
  auto w = begin_private(out, uid);
  if (const auto* change = std::get_if<chat::MemberChange>(&signal)) {
    w.array(6).integer(kVersion).integer(kMemberChange).text(change->room_name);
    w.integer(static_cast<std::int64_t>(change->kind)).text(change->name).integer(change->people);
  } else if (const auto* mark = std::get_if<chat::ReadMark>(&signal)) {
    w.array(6).integer(kVersion).integer(kReadMark).integer(mark->room.value).text(mark->room_name);
    w.integer(mark->account.value).integer(mark->seq.value);
  }
  return out;
}

std::optional<ClusterMessage> decode(std::string_view message, std::string_view own_uid, util::WallMillis* committed) {
  MsgpackReader reader(message);
  const auto elements = reader.array();
  if (!elements || *elements != 4) return std::nullopt;
  const auto uid = reader.text();
  if (!uid || *uid == own_uid) return std::nullopt;
  if (!reader.skip() || !reader.skip()) return std::nullopt;
  const auto ours = reader.array();
  if (!ours || *ours < 3 || reader.integer() != kVersion) return std::nullopt;
  const auto kind = reader.integer();
  if (!kind) return std::nullopt;
  switch (*kind) {
    case kRoomEvent: {
      auto event = read_event(reader);
      const auto at = *ours >= 10 ? reader.integer() : 0;
      if (!at) return std::nullopt;
      if (committed != nullptr) *committed = {*at};
      if (event && *ours >= 11 && chat::tracing()) {
        const auto trace = reader.text();
        if (trace && chat::is_trace_id(*trace)) {
          chat::remember_trace(event->message.author_key, event->message.temp_id, std::string(*trace));
        }
      }
      return as_message(std::move(event));
    }
    case kNudge: {
      const auto room = reader.integer();
      const auto name = utf8(reader);
      const auto seq = reader.integer();
      if (!room || !name || !seq) return std::nullopt;
      return ClusterMessage(Nudge{chat::RoomId{*room}, std::string(*name), chat::Seq{*seq}});
    }
    case kMemberChange:
      return as_message(read_member_change(reader));
    case kReadMark:
      return as_message(read_read_mark(reader));
    default:
      return std::nullopt;
  }
}

}  // namespace chillin::bus
