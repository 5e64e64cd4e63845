#include "chat/join_room.h"

#include <algorithm>
#include <utility>

#include "chat/access.h"
#include "chat/announce.h"
#include "chat/create_room.h"
#include "chat/limits.h"
#include "chat/live_state.h"
#include "chat/names.h"
#include "chat/notices.h"
#include "chat/sync_room.h"

namespace chillin::chat {

namespace {

using RoomPtr = std::shared_ptr<const Room>;

/// As whom the session enters.
util::Task<Result<Identity>> identity_of(Service& service, std::shared_ptr<Session> session, std::string typed_name) {
  if (session->account) co_return *session->account;
  auto name = co_await guest_name(service, std::move(typed_name), "name");
  if (!name) co_return std::move(name).error();
  co_return Identity{std::nullopt, *std::move(name)};
}

util::Task<Result<RoomPtr>> find_room(Service& service, std::string name) {
  if (RoomPtr known = service.live.rooms.find(name, service.clock.steady())) co_return known;
  auto found = co_await service.rooms.find(std::move(name));
  if (!found) co_return std::move(found).error();
  if (!found->has_value()) co_return RoomPtr();
  auto room = std::make_shared<const Room>(**std::move(found));
  service.live.rooms.put(room, service.clock.steady());
  co_return room;
}

util::Task<Result<RoomPtr>> create_public_room(Service& service, std::string name, Identity creator,
                                               std::string address) {
  CreateRoom command{.creator = std::move(creator), .name = name, .address = std::move(address)};
  auto created = co_await create_room(service, std::move(command));
  if (created) co_return std::make_shared<const Room>(*std::move(created));
  if (created.error().code != ErrorCode::kNameTaken || created.error().field != "name") {
    co_return std::move(created).error();
  }
  auto others = co_await find_room(service, std::move(name));  // another server was faster
  if (others && *others == nullptr) co_return refuse(ErrorCode::kRoomNotFound);
  co_return others;
}

/// The room of that name; a new public one where there is none.
util::Task<Result<RoomPtr>> find_or_create_room(Service& service, std::string name, Identity creator,
                                                std::string address) {
  auto found = co_await find_room(service, name);
  if (!found || *found != nullptr) co_return found;
  RoomCreations& creations = service.live.creations;
  auto others = co_await creations.wait_or_begin(name);
  if (others && *others != nullptr) co_return *std::move(others);
  if (others) {  // who tried was refused, which says nothing about us
    co_return co_await create_public_room(service, std::move(name), std::move(creator), std::move(address));
  }
  // Somebody may have finished between our look and our beginning.
  auto room = co_await find_room(service, name);
  if (room && *room == nullptr)
    room = co_await create_public_room(service, name, std::move(creator), std::move(address));
  creations.finish(name, room ? *room : nullptr);
  co_return room;
}

/// What has to be undone of a join whose socket closed meanwhile: nobody was told yet.
util::Task<Error> withdraw(Service& service, std::string room, std::string socket_id) {
  [[maybe_unused]] auto left = co_await service.presence.leave(std::move(room), std::move(socket_id));
  co_return refuse(ErrorCode::kNotInRoom);
}

/// The page of messages that the newcomer asked for.
util::Task<Status> read_messages(Service& service, RoomId room, std::optional<Seq> last_seq, bool with_history,
                                 JoinedRoomView& view) {
  if (last_seq) {
    auto page = co_await service.log.sync(room, std::max(*last_seq, Seq{0}), kSyncPage);
    if (!page) co_return std::move(page).error();
    view.sync = *std::move(page);
  } else if (with_history) {
    auto page = co_await service.log.history(room, std::nullopt, service.settings.join_history);
    if (!page) co_return std::move(page).error();
    view.history = *std::move(page);
  }
  co_return util::Ok{};
}

/// This device is in the room already: the room becomes the default again, nothing else happens.
util::Task<Result<JoinedRoomView>> join_again(Service& service, std::shared_ptr<Session> session, RoomPtr room,
                                              JoinRoom command) {
  auto& rooms = session->rooms;
  const auto it = std::find_if(rooms.begin(), rooms.end(), [&](const JoinedRoom& r) { return r.id == room->id; });
  JoinedRoomView view{.room = *room, .who = it->who, .already_in = true};
  std::rotate(it, it + 1, rooms.end());
  auto snapshot = co_await service.presence.snapshot(room->name);
  if (!snapshot) co_return std::move(snapshot).error();
  view.snapshot = *std::move(snapshot);
  auto read = co_await read_messages(service, room->id, command.last_seq, command.with_history, view);
  if (!read) co_return std::move(read).error();
  co_return std::move(view);
}

/// Tells the others of the newcomer, who is told by the caller.
util::Task<void> announce(Service& service, std::shared_ptr<Session> session, const JoinedRoom& joined,
                          const RoomSnapshot& snapshot) {
  service.bus.signal(MemberChange{joined.name, MemberChange::Kind::kJoined, joined.who.name, snapshot.total});
  auto update = service.live.room_data.joined(joined.name, joined.who.name, session->socket_id, snapshot.total,
                                              service.clock.steady());
  if (update) tell_room(service, *update, snapshot);
  if (!session->announce || !joined.who.account) co_return;
  PresenceChange online{joined.name, joined.who.name, UserStatus::kOnline, {}};
  co_await tell_presence(service, std::move(online), session->socket_id);
}

void watch_for_unread(Service& service, Session& session, const Room& room, Seq read_seq) {
  if (!session.started) return;
  const AccountId account = *session.account->account;
  if (!session.watches(room.id) && service.live.unreads.watch(room, account, read_seq, session.account->name)) {
    session.watched.push_back(room.id);
  }
  if (session.watches(room.id)) service.live.unreads.entered(room.id, account);
}

}  // namespace

util::Task<Result<JoinedRoomView>> join_room(Service& service, std::shared_ptr<Session> session, JoinRoom command) {
  auto name = room_name(command.room, "room");
  if (!name) co_return std::move(name).error();
  auto within_rate = co_await within_action_rate(service, session->socket_id);
  if (!within_rate) co_return std::move(within_rate).error();
  auto who = co_await identity_of(service, session, std::move(command.name));
  if (!who) co_return std::move(who).error();
  auto found = co_await find_or_create_room(service, *std::move(name), *who, session->address);
  if (!found) co_return std::move(found).error();
  const RoomPtr room = *std::move(found);

  if (const JoinedRoom* joined = session->joined(room->id)) {
    if (joined->who == *who) co_return co_await join_again(service, session, room, std::move(command));
    co_return refuse(ErrorCode::kForbidden, "You are in this room as " + joined->who.name + ". Leave it first.",
                     "name");
  }
  const auto too_many = [&] {
    return refuse(ErrorCode::kForbidden,
                  "A device is in at most " + std::to_string(service.settings.max_rooms_per_socket) + " rooms.");
  };
  if (session->rooms.size() >= service.settings.max_rooms_per_socket) co_return too_many();

  Membership membership;
  if (who->account || room->is_private) {
    auto admitted = co_await admit(service, *room, who->account, std::move(command.password), session->address);
    if (!admitted) co_return std::move(admitted).error();
    membership = *admitted;
  }

  Member device{session->socket_id, *who};
  auto present = co_await service.presence.join(room->name, std::move(device));
  if (!present) co_return std::move(present).error();
  if (session->closed) co_return co_await withdraw(service, room->name, session->socket_id);
  if (session->joined(room->id) !=
      nullptr) {  // two joins of this device overtook each other; the other one told the room
    co_return co_await join_again(service, session, room, std::move(command));
  }
  if (session->rooms.size() >= service.settings.max_rooms_per_socket) {
    [[maybe_unused]] const Error left = co_await withdraw(service, room->name, session->socket_id);
    co_return too_many();
  }

  JoinedRoom joined{room->id, room->name, *who, membership.muted_until, membership.read_seq};
  session->rooms.push_back(joined);
  if (who->account) watch_for_unread(service, *session, *room, membership.read_seq);
  if (command.entered) command.entered(joined);

  JoinedRoomView view{.room = *room,
                      .who = *who,
                      .snapshot = std::move(present->snapshot),
                      .welcome = welcome_notice(who->name, room->name),
                      .first_device = present->first_device};
  if (view.first_device) co_await announce(service, session, joined, view.snapshot);
  auto read = co_await read_messages(service, room->id, command.last_seq, command.with_history, view);
  if (!read) {  // an error means: not in the room
    if (std::erase_if(session->rooms, [&](const JoinedRoom& r) { return r.id == room->id; }) > 0) {
      co_await depart(service, session, std::move(joined));
    }
    co_return std::move(read).error();
  }
  co_return std::move(view);
}

}  // namespace chillin::chat
