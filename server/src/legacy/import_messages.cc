#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "chat/names.h"
#include "legacy/at_once.h"
#include "legacy/import_context.h"
#include "legacy/read_message.h"
#include "util/crypto.h"
#include "util/text.h"

namespace chillin::legacy {

namespace {

/// Rooms are filled side by side, each one message after the other: its order then survives whatever happens.
/// The more rooms, the more messages share a commit; what is read ahead is held in memory.
constexpr std::size_t kRoomsAtOnce = 1'000;
constexpr std::size_t kMessagesAtOnce = 50'000;
constexpr std::size_t kBytesAtOnce = std::size_t{32} << 20;
constexpr std::string_view kTempIdPrefix = "import-";

struct Pending {
  Place place;
  OldMessage message;
  std::string temp_id;
  std::vector<std::string> notes;
};
struct Slice {
  OldRoom* room;
  std::vector<Pending> messages;
};

/// The same for the same message in every import of every copy of the file, so that it is stored once; further ones of
/// the same content are numbered.
std::string temp_id(OldRoom& room, const OldMessage& message) {
  const std::string time = message.timestamp ? std::to_string(message.timestamp->value) : "-";
  const std::string content = message.user + '\0' + time + '\0' + message.text;
  std::string digest = util::hex_encode(util::sha256(content)).substr(0, 32);
  const std::uint32_t before = room.repetitions[digest]++;
  if (before > 0) digest += "-" + std::to_string(before);
  return std::string(kTempIdPrefix) + digest;
}

void refuse(ImportContext& context, OldRoom& room, const Place& place, std::string reason) {
  room.refused = true;
  context.reject(context.report.rooms_of_messages, place, std::move(reason));
}

/// A room that only the messages know. It was open to everyone, so it becomes a public room, under the name of whoever
/// wrote its first message that is left, without rights over it.
util::Task<void> make_room(ImportContext& context, OldRoom& room, const Pending& first) {
  room.looked_up = true;
  TableCount& table = context.report.rooms_of_messages;
  ++table.read;
  if (context.stores != nullptr) {
    auto found = co_await context.stores->rooms.find(room.name);
    if (!found) co_return context.fail(found.error());
    if (*found && (*found)->is_private) co_return refuse(context, room, first.place, "a private room has that name");
    if (*found && (*found)->seq.value > 0) {
      auto begin = co_await context.stores->log.find({(*found)->id, chat::Seq{1}});
      if (!begin && begin.error().code != chat::ErrorCode::kMessageNotFound) co_return context.fail(begin.error());
      if (!begin || !begin->temp_id.starts_with(kTempIdPrefix)) {
        co_return refuse(context, room, first.place, "another room has that name here, with messages of its own");
      }
    }
    if (*found) {
      ++table.already_there;
      room.id = (*found)->id;
      co_return;
    }
  }
  if (!context.options.dry_run) {
    chat::NewRoom made{.name = room.name,
                       .description = {},
                       .creator = {std::nullopt, first.message.user},
                       .password_hash = {},
                       .created_at = first.message.timestamp.value_or(util::WallMillis{})};
    auto created = co_await context.stores->rooms.create(std::move(made));
    if (!created && created.error().code == chat::ErrorCode::kNameTaken) {
      co_return refuse(context, room, first.place, "another room took that name meanwhile");
    }
    if (!created) co_return context.fail(created.error());
    room.id = created->id;
  }
  ++table.imported;
  context.note(first.place, "its room stands in messages.json only: a public room is made");
}

/// For a dry run: which of its messages the room has.
util::Task<void> read_there(ImportContext& context, OldRoom& room) {
  static constexpr std::size_t kPage = 500;
  room.read_there = true;
  std::optional<chat::Seq> before;
  while (true) {
    auto page = co_await context.stores->log.history(*room.id, before, kPage);
    if (!page) co_return context.fail(page.error());
    for (const chat::Message& message : page->messages) room.there.insert(message.temp_id);
    if (!page->has_more || page->messages.empty()) co_return;
    before = page->messages.front().id.seq;
  }
}

/// A message without a time was written between its neighbours: it gets the one before's, else the next one's.
void give_time(OldRoom& room, std::vector<Pending>& messages, std::size_t at) {
  Pending& pending = messages[at];
  if (!pending.message.timestamp) {
    const auto next = std::find_if(messages.begin() + static_cast<std::ptrdiff_t>(at), messages.end(),
                                   [](const Pending& p) { return p.message.timestamp.has_value(); });
    util::WallMillis time = room.created_at;
    if (next != messages.end()) time = *next->message.timestamp;
    pending.message.timestamp = room.last_time.value_or(time);
    pending.notes.push_back("no time that can be read: " + util::iso8601(*pending.message.timestamp) + " is taken");
  }
  room.last_time = pending.message.timestamp;
}

util::Task<void> import_one(ImportContext& context, OldRoom& room, Pending& pending) {
  TableCount& table = context.report.messages;
  bool is_new = !room.there.contains(pending.temp_id);
  if (!context.options.dry_run) {
    chat::NewMessage message{.room = *room.id,
                             .room_name = room.name,
                             .author = context.identity(pending.message.user),
                             .text = std::move(pending.message.text),
                             .temp_id = std::move(pending.temp_id),
                             .timestamp = *pending.message.timestamp};
    auto appended = co_await context.stores->log.append(std::move(message));
    if (!appended) co_return context.fail(appended.error());
    is_new = !appended->duplicate;
  }
  ++(is_new ? table.imported : table.already_there);
  if (is_new) context.note(pending.place, pending.notes);
}

util::Task<void> import_slice(ImportContext& context, Slice& slice) {
  OldRoom& room = *slice.room;
  if (!room.looked_up) co_await make_room(context, room, slice.messages.front());
  const bool ask = context.options.dry_run && room.id && !room.read_there;
  if (ask && !context.failure) co_await read_there(context, room);
  for (std::size_t i = 0; i < slice.messages.size() && !context.failure; ++i) {
    if (room.refused) {
      context.reject(context.report.messages, std::move(slice.messages[i].place), "its room is rejected");
      continue;
    }
    give_time(room, slice.messages, i);
    co_await import_one(context, room, slice.messages[i]);
  }
}

/// What is read and not yet stored.
class Batch {
 public:
  explicit Batch(ImportContext& context) : context_(context) {}

  void add(OldRoom& room, Pending pending) {
    const auto [at, is_new] = index_.try_emplace(&room, slices_.size());
    if (is_new) slices_.push_back({&room, {}});
    bytes_ += pending.message.text.size() + sizeof(Pending);
    slices_[at->second].messages.push_back(std::move(pending));
    ++messages_;
  }
  [[nodiscard]] bool full() const {
    return slices_.size() >= kRoomsAtOnce || messages_ >= kMessagesAtOnce || bytes_ >= kBytesAtOnce;
  }
  util::Task<void> store() {
    const auto one = [this](Slice& slice) { return import_slice(context_, slice); };
    co_await at_once(slices_, one);
    slices_.clear();
    index_.clear();
    messages_ = 0;
    bytes_ = 0;
  }

 private:
  ImportContext& context_;
  std::vector<Slice> slices_;
  std::unordered_map<OldRoom*, std::size_t> index_;
  std::size_t messages_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace

util::Task<void> import_messages(ImportContext& context) {
  ImportFile file(context, "messages.json", JsonRecords::Shape::kListsByName);
  TableCount& table = context.report.messages;
  Batch batch(context);
  while (auto record = file.next()) {
    ++table.read;
    if (!record->place.index) {
      context.reject(table, std::move(record->place), kind_of(record->value) + ", not a list of messages");
      continue;
    }
    auto name = chat::room_name(record->place.name, "room");
    if (!name) {
      context.reject(table, std::move(record->place), std::move(name).error().message);
      continue;
    }
    auto message = read_message(*record, context.options.max_message_length);
    if (!message) {
      context.reject(table, std::move(record->place), std::move(message).error().reason);
      continue;
    }
    OldRoom& room = context.rooms[*name];
    room.name = *std::move(name);
    std::string id = temp_id(room, message->value);
    Pending pending{std::move(record->place), std::move(message->value), std::move(id), std::move(message->notes)};
    if (record->repaired) pending.notes.emplace_back("half a character became U+FFFD");
    batch.add(room, std::move(pending));
    if (batch.full()) co_await batch.store();
  }
  if (!context.failure) co_await batch.store();
}

}  // namespace chillin::legacy
