#include "storage/sqlite/room_rows_sqlite.h"
#include "storage/sqlite/stores_sqlite.h"

namespace chillin::storage {

namespace {

using MaybeRoom = std::optional<chat::Room>;
using MaybeMembership = std::optional<chat::Membership>;

class SqliteRoomStore final : public chat::RoomStore {
 public:
  explicit SqliteRoomStore(Database& database) : db_(database) {}

  util::Task<chat::Result<chat::Room>> create(chat::NewRoom room) override {
    auto insert = [this, &room](WriteContext& context) -> chat::Result<chat::Room> {
      auto made = insert_room(context, room);
      if (!made) return made;
      forget_room(context, made->id);
      if (room.creator.account) {
        keep_member(context, made->id, *room.creator.account, {chat::Role::kOwner, false, {}, {}});
      }
      return made;
    };
    co_return co_await db_.writer.write<chat::Room>(std::move(insert));
  }

  util::Task<chat::Result<MaybeRoom>> find(std::string name) override {
    if (auto known = db_.rooms_by_name.get(name)) co_return current(std::move(*known));
    const auto epoch = db_.rooms_by_name.epoch(name);
    auto select = [&name](SqliteConnection& db) { return select_room(db, name); };
    auto found = co_await db_.readers.read<MaybeRoom>(std::move(select));
    if (found) db_.rooms_by_name.put(name, *found, epoch);
    if (!found) co_return found;
    co_return current(std::move(*found));
  }

  util::Task<chat::Result<MaybeRoom>> find(chat::RoomId id) override {
    if (auto known = db_.rooms_by_id.get(id.value)) co_return current(std::move(known));
    const auto epoch = db_.rooms_by_id.epoch(id.value);
    auto select = [id](SqliteConnection& db) { return select_room(db, id); };
    auto found = co_await db_.readers.read<MaybeRoom>(std::move(select));
    if (!found || !*found) co_return found;
    db_.rooms_by_id.put(id.value, **found, epoch);
    co_return current(std::move(*found));
  }

  util::Task<chat::Result<std::vector<chat::Room>>> list() override {
    auto select = [](SqliteConnection& db) { return select_rooms(db); };
    co_return co_await db_.readers.read<std::vector<chat::Room>>(std::move(select));
  }

  util::Task<chat::Result<std::vector<Joined>>> list_of(chat::AccountId account) override {
    auto select = [account](SqliteConnection& db) { return select_rooms_of(db, account); };
    co_return co_await db_.readers.read<std::vector<Joined>>(std::move(select));
  }

  util::Task<chat::Result<MaybeMembership>> membership(chat::RoomId room, chat::AccountId account) override {
    const MemberKey key{room.value, account.value};
    if (const auto known = db_.memberships.get(key)) co_return *known;
    const auto epoch = db_.memberships.epoch(key);
    auto select = [room, account](SqliteConnection& db) { return select_membership(db, room, account); };
    auto found = co_await db_.readers.read<MaybeMembership>(std::move(select));
    if (found) db_.memberships.put(key, *found, epoch);
    co_return found;
  }

  util::Task<chat::Result<chat::Membership>> add_member(chat::RoomId room, chat::AccountId account,
                                                        util::WallMillis now) override {
    auto insert = [this, room, account, now](WriteContext& context) {
      auto membership = insert_member(context, room, account, chat::Role::kMember, now);
      if (membership) keep_member(context, room, account, *membership);
      return membership;
    };
    co_return co_await db_.writer.write<chat::Membership>(std::move(insert));
  }

  util::Task<chat::Status> remove_member(chat::RoomId room, chat::AccountId account) override {
    auto remove = [this, room, account](WriteContext& context) {
      forget_room(context, room);  // its member count
      context.after_commit([this, room, account] { db_.memberships.forget({room.value, account.value}); });
      return delete_member(context, room, account);
    };
    co_return co_await db_.writer.write<util::Ok>(std::move(remove));
  }

  util::Task<chat::Status> set_membership(chat::RoomId room, chat::AccountId account,
                                          chat::Membership membership) override {
    auto set = [this, room, account, membership](WriteContext& context) {
      auto done = upsert_member(context, room, account, membership);
      if (done) keep_member(context, room, account, membership);
      return done;
    };
    co_return co_await db_.writer.write<util::Ok>(std::move(set));
  }

  util::Task<chat::Status> update_password_hash(chat::RoomId room, std::string hash) override {
    auto update = [this, room, &hash](WriteContext& context) -> chat::Result<util::Ok> {
      Query query(context.db(), "UPDATE rooms SET password_hash = ?2, updated_at = ?3 WHERE id = ?1");
      if (!query.bind(room.value, hash, util::system_clock().wall().value).run()) {
        return context.failed(query.error("updating a room"));
      }
      if (context.db().changes() == 0) return chat::refuse(chat::ErrorCode::kRoomNotFound);
      forget_room(context, room);
      return util::Ok{};
    };
    co_return co_await db_.writer.write<util::Ok>(std::move(update));
  }

  util::Task<chat::Result<chat::Seq>> mark_read(chat::RoomId room, chat::AccountId account, chat::Seq seq) override {
    auto mark = [this, room, account, seq](WriteContext& context) -> chat::Result<chat::Seq> {
      auto membership = move_read_mark(context, room, account, seq);
      if (!membership) return std::move(membership).error();
      context.after_commit(
          [this, room, account, now = *membership] { db_.memberships.keep({room.value, account.value}, now); });
      return membership->read_seq;
    };
    co_return co_await db_.writer.write<chat::Seq>(std::move(mark));
  }

 private:
  /// With the seq of now: that alone changes with every message.
  [[nodiscard]] MaybeRoom current(MaybeRoom room) const {
    if (room) room->seq = db_.room_seqs.newest(room->id, room->seq);
    return room;
  }

  // What is known of a room is forgotten once the change is committed.
  void forget_room(WriteContext& context, chat::RoomId id) {
    const auto room = context.room(id);
    if (!room) return;
    context.after_commit([this, id, name = (*room)->name] {
      db_.rooms_by_name.forget(name);
      db_.rooms_by_id.forget(id.value);
    });
  }
  void keep_member(WriteContext& context, chat::RoomId room, chat::AccountId account, const chat::Membership& now) {
    forget_room(context, room);  // its member count
    context.after_commit([this, room, account, now] { db_.memberships.keep({room.value, account.value}, now); });
  }

  Database& db_;
};

}  // namespace

std::unique_ptr<chat::RoomStore> make_room_store(Database& database) {
  return std::make_unique<SqliteRoomStore>(database);
}

}  // namespace chillin::storage
