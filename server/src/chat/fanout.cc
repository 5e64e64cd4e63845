#include "chat/fanout.h"

#include <variant>

#include "chat/announce.h"
#include "chat/live_state.h"
#include "chat/message_trace.h"
#include "util/log.h"

namespace chillin::chat {

void Fanout::on_committed(std::span<const RoomEvent> events) {
  if (tracing()) {
    for (const RoomEvent& event : events) {
      util::log_debug("message_committed", {{"trace", trace_of(event.message)},
                                            {"message", event.message.id.to_string()},
                                            {"room", event.message.room},
                                            {"seq", event.seq.value}});
    }
  }
  service_.bus.publish(events);
}

void Fanout::on_room_events(std::span<const RoomEvent> events) {
  service_.delivery.room_events(events);
  service_.live.unreads.note(events);
}

void Fanout::on_room_news(std::span<const RoomEvent> events) {
  service_.live.unreads.note(events);
}

void Fanout::on_signal(const Signal& signal) {
  if (const auto* change = std::get_if<MemberChange>(&signal)) {
    note_member_change(service_, *change);
  } else if (const auto* mark = std::get_if<ReadMark>(&signal)) {
    service_.live.unreads.marked_read(mark->room, mark->account, mark->seq);
  }
}

}  // namespace chillin::chat
