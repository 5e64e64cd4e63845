#include "gateway/room_feeds.h"

#include <utility>

#include "chat/cache_metrics.h"
#include "gateway/json_out.h"
#include "util/log.h"

namespace chillin::gateway {

std::shared_ptr<const Rendered> render_message(const chat::Message& message) {
  auto rendered = std::make_shared<Rendered>();
  rendered->json.reserve(192 + message.text.size());
  append_message(rendered->json, message);
  if (!message.temp_id.empty()) {
    rendered->author_key = message.author_key;
    rendered->temp_id = message.temp_id;
  }
  return rendered;
}

util::Task<chat::Result<const RoomFeed*>> RoomFeeds::hold(std::string room, chat::RoomId id) {
  EntryPtr& slot = rooms_[room];
  if (!slot) {
    slot = std::make_shared<Entry>(history_);
    slot->id = id;
  }
  const EntryPtr entry = slot;
  ++entry->holders;
  chat::count_lookup(chat::Cache::kRoomFeed, entry->ready && entry->feed.live());
  while (!entry->ready || !entry->feed.live()) {
    // Started before waiting: from here on the feed keeps aside what is committed, so the snapshot cannot miss
    // anything.
    if (!entry->loading) util::spawn(load(room, entry));
    if (!entry->loading) continue;
    auto wait = [entry](util::Completion<chat::Status> done) { entry->waiting.push_back(std::move(done)); };
    chat::Status status = co_await util::suspend_with<chat::Status>(std::move(wait));
    if (!status) {
      release(room);
      co_return std::move(status).error();
    }
  }
  co_return &entry->feed;
}

util::Task<void> RoomFeeds::load(std::string room, EntryPtr entry) {
  entry->loading = true;
  chat::Status outcome = util::Ok{};
  if (!entry->following) {
    // Before the snapshot: what is committed after it must come over the bus.
    outcome = co_await bus_.follow(entry->id, std::move(room));
    entry->following = outcome.ok();
  }
  while (outcome) {
    auto page = co_await log_.history(entry->id, std::nullopt, history_);
    if (!page) {
      outcome = page.error();
      break;
    }
    std::vector<RenderedMessage> messages;
    messages.reserve(page->messages.size());
    for (const auto& m : page->messages) messages.push_back({m.id.seq, render_message(m)});
    if (entry->feed.loaded(std::move(messages), page->seq, page->has_more)) break;
  }
  if (outcome && !entry->ready) {
    // What the snapshot holds may be on its way here still: whoever enters now would get it a second time.
    co_await bus_.reached(entry->id, entry->feed.seq());
    entry->ready = true;
  }
  entry->loading = false;
  for (auto& waiter : std::exchange(entry->waiting, {})) waiter(outcome);
}

const RoomFeed* RoomFeeds::find(const std::string& room) const {
  const auto it = rooms_.find(room);
  return it == rooms_.end() ? nullptr : &it->second->feed;
}

void RoomFeeds::release(const std::string& room) {
  const auto it = rooms_.find(room);
  if (it == rooms_.end() || --it->second->holders > 0) return;
  if (it->second->following) bus_.unfollow(it->second->id);
  rooms_.erase(it);
}

void RoomFeeds::apply(std::span<const RoomFeedEvent> events) {
  for (const auto& e : events) {
    const auto it = rooms_.find(e.room);
    if (it == rooms_.end()) continue;
    if (it->second->feed.apply(e.event) != RoomFeed::Applied::kHole) continue;
    util::log_warn("room_feed_hole", {{"room_id", it->second->id.value}, {"seq", e.event.seq.value}});
    if (!it->second->loading) util::spawn(load(it->first, it->second));
  }
}

}  // namespace chillin::gateway
