#include "storage/postgres/room_rows_pq.h"
#include "storage/postgres/stores_pq.h"

namespace chillin::storage::postgres {

namespace {

using MaybeRoom = std::optional<chat::Room>;
using MaybeMembership = std::optional<chat::Membership>;

constexpr const char* kUpdateHash = "UPDATE rooms SET password_hash = $2, updated_at = $3 WHERE id = $1 RETURNING 1";

chat::Result<util::Ok> done(const Rows& /*rows*/) {
  return util::Ok{};
}

class PostgresRoomStore final : public chat::RoomStore {
 public:
  explicit PostgresRoomStore(Database& database) : db_(database) {}

  util::Task<chat::Result<chat::Room>> create(chat::NewRoom room) override {
    auto send = [&room](Pipeline& to) { return send_new_room(to, room); };
    auto read = [&room](const Rows& rows) { return read_new_room(rows, room); };
    co_return co_await write_statement<chat::Room>(*db_.writer, 0, 0, std::move(send), std::move(read),
                                                   chat::ErrorCode::kAuthRequired);
  }

  util::Task<chat::Result<MaybeRoom>> find(std::string name) override {
    auto select = [&name](PgConnection& db) { return select_room(db, name); };
    co_return co_await db_.readers->read<MaybeRoom>(std::move(select));
  }

  util::Task<chat::Result<MaybeRoom>> find(chat::RoomId id) override {
    auto select = [id](PgConnection& db) { return select_room(db, id); };
    co_return co_await db_.readers->read<MaybeRoom>(std::move(select));
  }

  util::Task<chat::Result<std::vector<chat::Room>>> list() override {
    auto select = [](PgConnection& db) { return select_rooms(db); };
    co_return co_await db_.readers->read<std::vector<chat::Room>>(std::move(select));
  }

  util::Task<chat::Result<std::vector<Joined>>> list_of(chat::AccountId account) override {
    auto select = [account](PgConnection& db) { return select_rooms_of(db, account); };
    co_return co_await db_.readers->read<std::vector<Joined>>(std::move(select));
  }

  util::Task<chat::Result<MaybeMembership>> membership(chat::RoomId room, chat::AccountId account) override {
    auto select = [room, account](PgConnection& db) { return select_membership(db, room, account); };
    co_return co_await db_.readers->read<MaybeMembership>(std::move(select));
  }

  util::Task<chat::Result<chat::Membership>> add_member(chat::RoomId room, chat::AccountId account,
                                                        util::WallMillis now) override {
    auto send = [=](Pipeline& to) { return send_add_member(to, room, account, now); };
    co_return co_await write_statement<chat::Membership>(*db_.writer, room.value, account.value, std::move(send),
                                                         read_added_member, chat::ErrorCode::kAuthRequired);
  }

  util::Task<chat::Status> remove_member(chat::RoomId room, chat::AccountId account) override {
    auto send = [=](Pipeline& to) { return send_remove_member(to, room, account); };
    co_return co_await write_statement<util::Ok>(*db_.writer, room.value, account.value, std::move(send), done,
                                                 chat::ErrorCode::kInternal);
  }

  util::Task<chat::Status> set_membership(chat::RoomId room, chat::AccountId account,
                                          chat::Membership membership) override {
    const util::WallMillis now = util::system_clock().wall();
    auto send = [=](Pipeline& to) { return send_set_member(to, room, account, membership, now); };
    co_return co_await write_statement<util::Ok>(*db_.writer, room.value, account.value, std::move(send),
                                                 read_set_member, chat::ErrorCode::kAuthRequired);
  }

  util::Task<chat::Status> update_password_hash(chat::RoomId room, std::string hash) override {
    auto send = [room, &hash](Pipeline& to) {
      return to.add(kUpdateHash, Params(room.value, hash, util::system_clock().wall().value));
    };
    auto read = [](const Rows& rows) -> chat::Result<util::Ok> {
      if (rows.empty()) return chat::refuse(chat::ErrorCode::kRoomNotFound);
      return util::Ok{};
    };
    co_return co_await write_statement<util::Ok>(*db_.writer, room.value, 0, std::move(send), std::move(read),
                                                 chat::ErrorCode::kInternal);
  }

  util::Task<chat::Result<chat::Seq>> mark_read(chat::RoomId room, chat::AccountId account, chat::Seq seq) override {
    auto send = [=](Pipeline& to) { return send_read_mark(to, room, account, seq); };
    co_return co_await write_statement<chat::Seq>(*db_.writer, room.value, account.value, std::move(send),
                                                  read_read_mark, chat::ErrorCode::kInternal);
  }

 private:
  Database& db_;
};

}  // namespace

std::unique_ptr<chat::RoomStore> make_room_store(Database& database) {
  return std::make_unique<PostgresRoomStore>(database);
}

}  // namespace chillin::storage::postgres
