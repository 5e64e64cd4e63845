#include "storage/sqlite/history_cache.h"

#include <algorithm>

namespace chillin::storage {

namespace {

// A fill that takes longer than this many events is given up: the room is too busy for that reader.
constexpr std::size_t kMaxPending = 10'000;
constexpr std::size_t kRoomBytes = 256;

std::size_t size_of(const chat::Message& message) {
  std::size_t size = sizeof(chat::Message) + 32 + message.room.size() + message.author_key.size() +
                     message.user.size() + message.text.size() + message.temp_id.size();
  for (const chat::Reaction& reaction : message.reactions) {
    size += sizeof(reaction) + reaction.emoji.size() + reaction.users.size() * 48;
  }
  for (const chat::Attachment& attachment : message.attachments) {
    size += sizeof(attachment) + attachment.name.size() + attachment.url.size();
  }
  return size;
}

bool before_seq(const std::shared_ptr<const chat::Message>& message, chat::Seq seq) {
  return message->id.seq < seq;
}

}  // namespace

HistoryCache::Room* HistoryCache::ready(chat::RoomId id) {
  const auto found = rooms_.find(id.value);
  if (found == rooms_.end() || found->second.fill != 0) return nullptr;
  used_.splice(used_.begin(), used_, found->second.used);
  return &found->second;
}

std::optional<chat::HistoryPage> HistoryCache::history(chat::RoomId id, std::optional<chat::Seq> before,
                                                       std::size_t limit) {
  std::vector<MessagePtr> picked;
  chat::HistoryPage page;
  {
    std::lock_guard lock(mutex_);
    const Room* room = ready(id);
    if (room == nullptr) return std::nullopt;
    auto end = room->tail.end();
    if (before) end = std::lower_bound(room->tail.begin(), room->tail.end(), *before, before_seq);
    const auto available = static_cast<std::size_t>(end - room->tail.begin());
    if (available < limit && !room->from_start) return std::nullopt;
    const std::size_t count = std::min(limit, available);
    picked.assign(end - static_cast<std::ptrdiff_t>(count), end);
    page.has_more = available > count || !room->from_start;
    page.seq = room->seq;
  }
  // Copied outside the lock: the writer waits for it.
  page.messages.reserve(picked.size());
  for (const MessagePtr& message : picked) page.messages.push_back(*message);
  return page;
}

std::optional<chat::Message> HistoryCache::find(chat::MessageId id) {
  MessagePtr found;
  {
    std::lock_guard lock(mutex_);
    const Room* room = ready(id.room);
    if (room == nullptr) return std::nullopt;
    const auto at = std::lower_bound(room->tail.begin(), room->tail.end(), id.seq, before_seq);
    if (at == room->tail.end() || (*at)->id != id) return std::nullopt;
    found = *at;
  }
  return *found;
}

std::optional<chat::SyncPage> HistoryCache::sync(chat::RoomId id, chat::Seq last, std::size_t limit) {
  std::vector<MessagePtr> picked;
  chat::SyncPage page;
  {
    std::lock_guard lock(mutex_);
    const Room* room = ready(id);
    if (room == nullptr || (last < room->floor && !room->from_start)) return std::nullopt;
    page.seq = last;
    if (last >= room->seq) return page;
    for (const MessagePtr& message : room->tail) {
      if (message->last_change() > last) picked.push_back(message);
    }
    page.seq = room->seq;
  }
  std::sort(picked.begin(), picked.end(),
            [](const MessagePtr& a, const MessagePtr& b) { return a->last_change() < b->last_change(); });
  page.has_more = picked.size() > limit;
  if (page.has_more) picked.resize(limit);
  page.changes.reserve(picked.size());
  for (const MessagePtr& message : picked) page.changes.push_back(*message);
  if (page.has_more) page.seq = page.changes.back().last_change();
  return page;
}

HistoryCache::Rooms::iterator HistoryCache::filling(chat::RoomId id, Fill fill) {
  const auto found = rooms_.find(id.value);
  // A fill that was given up may have been followed by another, whose events begin later.
  return found != rooms_.end() && found->second.fill == fill ? found : rooms_.end();
}

HistoryCache::Fill HistoryCache::begin_fill(chat::RoomId id) {
  std::lock_guard lock(mutex_);
  if (max_bytes_ == 0) return 0;
  const auto [room, made] = rooms_.try_emplace(id.value);
  if (!made) return 0;
  used_.push_front(id.value);
  room->second.used = used_.begin();
  room->second.fill = ++fills_;
  return fills_;
}

void HistoryCache::end_fill(chat::RoomId id, Fill fill, const chat::HistoryPage& newest) {
  std::lock_guard lock(mutex_);
  const auto found = filling(id, fill);
  if (found == rooms_.end()) return;
  Room& room = found->second;
  room.fill = 0;
  room.seq = newest.seq;
  room.floor = newest.seq;
  room.from_start = !newest.has_more;
  resize(room, 0, kRoomBytes);
  for (const chat::Message& message : newest.messages) add(room, std::make_shared<chat::Message>(message));
  for (const chat::RoomEvent& event : room.pending) {
    if (event.seq > newest.seq) apply_one(room, event, std::make_shared<chat::Message>(event.message));
  }
  room.pending = {};
  shrink();
}

void HistoryCache::cancel_fill(chat::RoomId id, Fill fill) {
  std::lock_guard lock(mutex_);
  const auto found = filling(id, fill);
  if (found != rooms_.end()) drop(found);
}

void HistoryCache::apply(std::span<const chat::RoomEvent> events) {
  for (const chat::RoomEvent& event : events) {
    std::lock_guard lock(mutex_);
    const auto found = rooms_.find(event.message.id.room.value);
    if (found == rooms_.end()) continue;
    if (found->second.fill == 0) {
      apply_one(found->second, event, std::make_shared<chat::Message>(event.message));
    } else if (found->second.pending.size() < kMaxPending) {
      found->second.pending.push_back(event);
    } else {
      drop(found);
    }
  }
  std::lock_guard lock(mutex_);
  shrink();
}

std::size_t HistoryCache::bytes() const {
  std::lock_guard lock(mutex_);
  return bytes_;
}

void HistoryCache::apply_one(Room& room, const chat::RoomEvent& event, MessagePtr message) {
  room.seq = event.seq;
  if (event.kind == chat::ChangeKind::kCreated) return add(room, std::move(message));
  const auto at = std::lower_bound(room.tail.begin(), room.tail.end(), message->id.seq, before_seq);
  if (at == room.tail.end() || (*at)->id.seq != message->id.seq) {
    room.floor = event.seq;
    return;
  }
  resize(room, size_of(**at), size_of(*message));
  *at = std::move(message);
}

void HistoryCache::add(Room& room, MessagePtr message) {
  resize(room, 0, size_of(*message));
  room.tail.push_back(std::move(message));
  if (room.tail.size() <= kTail) return;
  const MessagePtr& oldest = room.tail.front();
  resize(room, size_of(*oldest), 0);
  room.floor = std::max(room.floor, oldest->last_change());
  room.from_start = false;
  room.tail.pop_front();
}

void HistoryCache::resize(Room& room, std::size_t before, std::size_t after) {
  room.bytes = room.bytes - before + after;
  bytes_ = bytes_ - before + after;
}

void HistoryCache::drop(Rooms::iterator room) {
  bytes_ -= room->second.bytes;
  used_.erase(room->second.used);
  rooms_.erase(room);
}

void HistoryCache::shrink() {
  while (bytes_ > max_bytes_) {
    // A room that is being filled has no bytes yet, and its reader still has to end the fill.
    auto oldest =
        std::find_if(used_.rbegin(), used_.rend(), [this](std::int64_t id) { return rooms_.at(id).fill == 0; });
    if (oldest == used_.rend()) return;
    drop(rooms_.find(*oldest));
  }
}

}  // namespace chillin::storage
