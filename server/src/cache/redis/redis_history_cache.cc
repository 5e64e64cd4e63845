#include "cache/redis/redis_history_cache.h"

#include <utility>

#include "chat/message_msgpack.h"
#include "util/msgpack.h"

namespace chillin::cache {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr int kSeconds = 60;

using Entry = chat::HistoryCache::Entry;

std::string encode(chat::RoomId room, const chat::HistoryPage& page) {
  std::string out;
  util::MsgpackWriter w(out);
  w.array(5).integer(kVersion).integer(room.value).integer(page.seq.value).boolean(page.has_more);
  w.array(page.messages.size());
  for (const chat::Message& message : page.messages) chat::append_msgpack(out, message);
  return out;
}

std::optional<Entry> decode(std::string_view bytes) {
  util::MsgpackReader reader(bytes);
  if (reader.array() != 5U || reader.integer() != kVersion) return std::nullopt;
  const auto room = reader.integer();
  const auto seq = reader.integer();
  const auto has_more = reader.boolean();
  const auto messages = reader.array();
  if (!room || !seq || !has_more || !messages) return std::nullopt;
  Entry entry{.room = {*room}, .page = {.messages = {}, .seq = {*seq}, .has_more = *has_more}};
  for (std::size_t i = 0; i < *messages; ++i) {
    auto message = chat::read_message(reader);
    if (!message) return std::nullopt;
    entry.page.messages.push_back(*std::move(message));
  }
  return entry;
}

}  // namespace

RedisHistoryCache::RedisHistoryCache(redis::Client& client, std::string key_prefix)
    : client_(client), prefix_(std::move(key_prefix)) {}

std::string RedisHistoryCache::key(const std::string& room_name, std::size_t limit) const {
  return prefix_ + "cache:messages:" + room_name + ":" + std::to_string(limit);
}

util::Task<std::optional<Entry>> RedisHistoryCache::find(std::string room_name, std::size_t limit) {
  if (!client_.up()) co_return std::nullopt;
  redis::Command get("GET");
  get.add(key(room_name, limit));
  const auto reply = co_await client_.execute(std::move(get));
  if (!reply || !reply->is_text()) co_return std::nullopt;
  co_return decode(reply->text);
}

void RedisHistoryCache::keep(const chat::Room& room, std::size_t limit, const chat::HistoryPage& page) {
  if (!client_.up()) return;
  redis::Command set("SET");
  set.add(key(room.name, limit)).add(encode(room.id, page)).add("EX").add(kSeconds);
  client_.send(set);
}

}  // namespace chillin::cache
