#include "cache/redis/cached_rooms.h"

#include <optional>
#include <utility>

#include "cache/redis/cache_scripts.h"
#include "chat/cache_metrics.h"
#include "util/crypto.h"
#include "util/msgpack.h"

namespace chillin::cache {
namespace {

constexpr std::size_t kLeaseLength = 12;
constexpr std::int64_t kVersion = 1;
constexpr std::size_t kFields = 8;

using Rooms = std::vector<chat::Room>;

std::string encode(const Rooms& rooms) {
  std::string out;
  util::MsgpackWriter w(out);
  w.array(rooms.size() + 1).integer(kVersion);
  for (const chat::Room& room : rooms) {
    w.array(kFields).integer(room.id.value).text(room.name).text(room.description).text(room.creator);
    w.boolean(room.is_private).integer(room.member_count).integer(room.created_at.value).integer(room.seq.value);
  }
  return out;
}

std::optional<Rooms> decode(std::string_view bytes) {
  util::MsgpackReader reader(bytes);
  const auto size = reader.array();
  if (!size || *size == 0 || reader.integer() != kVersion) return std::nullopt;
  Rooms rooms;
  for (std::size_t i = 1; i < *size; ++i) {
    if (reader.array() != kFields) return std::nullopt;
    const auto id = reader.integer();
    const auto name = reader.text();
    const auto description = reader.text();
    const auto creator = reader.text();
    const auto is_private = reader.boolean();
    const auto members = reader.integer();
    const auto created = reader.integer();
    const auto seq = reader.integer();
    if (!id || !name || !description || !creator || !is_private || !members || !created || !seq) return std::nullopt;
    rooms.push_back({.id = {*id},
                     .name = std::string(*name),
                     .description = std::string(*description),
                     .creator = std::string(*creator),
                     .is_private = *is_private,
                     .password_hash = {},
                     .member_count = *members,
                     .created_at = {*created},
                     .seq = {*seq}});
  }
  return rooms;
}

}  // namespace

CachedRooms::CachedRooms(chat::RoomStore& truth, redis::Client& client, Invalidations& invalidations,
                         std::string key_prefix)
    : truth_(truth), client_(client), invalidations_(invalidations), prefix_(std::move(key_prefix)) {
  for (const redis::Script* script : {&kFindRoomList, &kKeepRoomList, &kDropRoomList}) client_.prepare(*script);
}

util::Task<chat::Result<Rooms>> CachedRooms::list() {
  if (!client_.up() || invalidations_.pending()) co_return co_await truth_.list();
  const std::string lease = util::random_id(kLeaseLength);
  redis::ScriptCall ask;
  ask.arg(prefix_).arg(lease);
  const auto reply = co_await client_.call(kFindRoomList, std::move(ask));
  std::optional<Rooms> known;
  if (reply && reply->is_text()) known = decode(reply->text);
  chat::count_lookup(chat::Cache::kRoomList, known.has_value());
  if (known) co_return *std::move(known);
  auto rooms = co_await truth_.list();
  if (rooms && reply) {
    redis::ScriptCall keep;
    keep.arg(prefix_).arg(lease).arg(encode(*rooms));
    client_.eval(kKeepRoomList, std::move(keep));
  }
  co_return rooms;
}

util::Task<void> CachedRooms::drop() {
  redis::ScriptCall call;
  call.arg(prefix_);
  co_await invalidations_.apply("rooms", kDropRoomList, std::move(call));
}

util::Task<chat::Result<chat::Room>> CachedRooms::create(chat::NewRoom room) {
  auto created = co_await truth_.create(std::move(room));
  // Also where it is not known whether it was created.
  if (created || created.error().code == chat::ErrorCode::kUnavailable) co_await drop();
  co_return created;
}

util::Task<chat::Result<chat::Membership>> CachedRooms::add_member(chat::RoomId room, chat::AccountId account,
                                                                   util::WallMillis now) {
  auto added = co_await truth_.add_member(room, account, now);
  if (added || added.error().code == chat::ErrorCode::kUnavailable) co_await drop();
  co_return added;
}

util::Task<chat::Status> CachedRooms::remove_member(chat::RoomId room, chat::AccountId account) {
  auto removed = co_await truth_.remove_member(room, account);
  if (removed || removed.error().code == chat::ErrorCode::kUnavailable) co_await drop();
  co_return removed;
}

}  // namespace chillin::cache
