#include <string>
#include <utility>

#include "chat/names.h"
#include "legacy/at_once.h"
#include "legacy/import_context.h"
#include "legacy/read_room.h"

namespace chillin::legacy {

namespace {

constexpr std::size_t kAtOnce = 500;

struct Pending {
  Place place;
  Read<chat::NewRoom> room;
};

// The messages of a room whose record is rejected must not make a public room of its name.
void refuse_messages(ImportContext& context, std::string_view typed_name) {
  auto name = chat::room_name(typed_name, "name");
  if (!name) return;
  auto [room, is_new] = context.rooms.try_emplace(*name);
  if (!is_new) return;
  room->second = {.name = *std::move(name), .recorded = true, .looked_up = true, .refused = true};
}

void refuse_messages(ImportContext& context, const Record& record) {
  refuse_messages(context, record.place.name);
  if (!record.value.is_object()) return;
  const auto* name = record.value.get_object().if_contains("name");
  if (name != nullptr && name->is_string()) refuse_messages(context, std::string_view(name->get_string()));
}

util::Task<void> import_one(ImportContext& context, Pending& pending) {
  TableCount& table = context.report.rooms;
  chat::NewRoom& room = pending.room.value;
  OldRoom& known = context.rooms.at(room.name);
  known.looked_up = true;
  const auto refuse = [&](std::string reason) {
    known.refused = true;
    context.reject(table, std::move(pending.place), std::move(reason));
  };
  if (context.stores != nullptr) {
    auto found = co_await context.stores->rooms.find(room.name);
    if (!found) co_return context.fail(found.error());
    if (*found && ((*found)->created_at != room.created_at || (*found)->is_private != room.is_private)) {
      co_return refuse("another room has that name here (made " + util::iso8601((*found)->created_at) + ")");
    }
    if (*found) {
      ++table.already_there;
      known.id = (*found)->id;
      co_return;
    }
  }
  if (!context.options.dry_run) {
    auto made = co_await context.stores->rooms.create(std::move(room));
    if (!made && made.error().code == chat::ErrorCode::kNameTaken) {
      co_return refuse("another room took that name meanwhile");
    }
    if (!made) co_return context.fail(made.error());
    known.id = made->id;
  }
  ++table.imported;
  context.note(pending.place, pending.room.notes);
}

}  // namespace

util::Task<void> import_rooms(ImportContext& context) {
  const auto one = [&context](Pending& pending) { return import_one(context, pending); };
  ImportFile file(context, "rooms.json", JsonRecords::Shape::kByName);
  TableCount& table = context.report.rooms;
  std::vector<Pending> pending;
  while (auto record = file.next()) {
    ++table.read;
    auto room = read_room(*record);
    if (!room) {
      refuse_messages(context, *record);
      context.reject(table, std::move(record->place), std::move(room).error().reason);
      continue;
    }
    chat::NewRoom& made = room->value;
    auto [known, is_new] = context.rooms.try_emplace(made.name);
    if (!is_new) {
      context.reject(table, std::move(record->place), "the name stands in the file before");
      continue;
    }
    known->second = {.name = made.name, .recorded = true, .created_at = made.created_at};
    made.creator = context.identity(made.creator.name);
    if (record->repaired) room->notes.emplace_back("half a character became U+FFFD");
    pending.push_back({std::move(record->place), *std::move(room)});
    if (pending.size() < kAtOnce) continue;
    co_await at_once(pending, one);
    pending.clear();
  }
  if (!context.failure) co_await at_once(pending, one);
}

}  // namespace chillin::legacy
