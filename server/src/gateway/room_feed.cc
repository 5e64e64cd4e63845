#include "gateway/room_feed.h"

#include <algorithm>

#include "util/json_writer.h"

namespace chillin::gateway {

RoomFeed::Applied RoomFeed::apply(const FeedEvent& event) {
  if (!live_) {
    kept_.push_back(event);
    return Applied::kKept;
  }
  if (event.seq <= seq_) return Applied::kOld;
  if (event.seq.value != seq_.value + 1) {
    live_ = false;
    kept_.assign(1, event);
    return Applied::kHole;
  }
  advance(event);
  return Applied::kApplied;
}

bool RoomFeed::loaded(std::vector<RenderedMessage> messages, chat::Seq seq, bool has_more) {
  messages_.assign(std::make_move_iterator(messages.begin()), std::make_move_iterator(messages.end()));
  seq_ = seq;
  has_more_ = has_more;
  live_ = true;
  const std::vector<FeedEvent> kept = std::exchange(kept_, {});
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (kept[i].seq <= seq_) continue;
    if (kept[i].seq.value != seq_.value + 1) {
      live_ = false;
      kept_.assign(kept.begin() + static_cast<std::ptrdiff_t>(i), kept.end());
      return false;
    }
    advance(kept[i]);
  }
  return true;
}

void RoomFeed::advance(const FeedEvent& event) {
  seq_ = event.seq;
  if (event.message.seq == event.seq) {
    messages_.push_back(event.message);
    if (messages_.size() > capacity_) {
      messages_.pop_front();
      has_more_ = true;
    }
    return;
  }
  // A change of an older message: it stays where it stands, or it has left the window already.
  const auto it = std::lower_bound(messages_.begin(), messages_.end(), event.message.seq,
                                   [](const RenderedMessage& m, chat::Seq seq) { return m.seq < seq; });
  if (it != messages_.end() && it->seq == event.message.seq) *it = event.message;
}

void RoomFeed::append_history_json(std::string& out, std::string_view reader) const {
  out += '[';
  bool first = true;
  for (const auto& m : messages_) {
    if (!first) out += ',';
    first = false;
    out += m.rendered->json;
    if (m.rendered->temp_id.empty() || m.rendered->author_key != reader) continue;
    out.back() = ',';  // opens the object again
    out += "\"tempId\":";
    util::append_json_string(out, m.rendered->temp_id);
    out += '}';
  }
  out += ']';
}

}  // namespace chillin::gateway
