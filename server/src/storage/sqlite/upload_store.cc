#include "storage/sqlite/stores_sqlite.h"

namespace chillin::storage {

namespace {

#define CHILLIN_UPLOAD_COLUMNS "id, user_id, name, content_type, size, complete, room_id, created_at, expires_at"

using MaybeUpload = std::optional<chat::Upload>;
using Uploads = std::vector<chat::Upload>;

chat::Upload read_upload(const Query& row) {
  chat::Upload upload{.id = row.string(0),
                      .owner = {row.integer(1)},
                      .name = row.string(2),
                      .content_type = row.string(3),
                      .size = row.integer(4),
                      .complete = row.integer(5) != 0,
                      .created_at = {row.integer(7)}};
  if (!row.is_null(6)) upload.room = chat::RoomId{row.integer(6)};
  if (!row.is_null(8)) upload.expires_at = util::WallMillis{row.integer(8)};
  return upload;
}

std::optional<std::int64_t> millis_of(const std::optional<util::WallMillis>& time) {
  return time ? std::optional(time->value) : std::nullopt;
}

chat::Result<util::Ok> insert_upload(WriteContext& context, const chat::Upload& upload, std::int64_t quota_bytes) {
  if (quota_bytes > 0) {
    Query sum(context.db(), "SELECT coalesce(sum(size), 0) FROM uploads WHERE user_id = ?");
    if (!sum.bind(upload.owner.value).row()) return context.failed(sum.error("adding up uploads"));
    if (sum.integer(0) + upload.size > quota_bytes) return chat::upload_quota_exceeded();
  }
  Query insert(context.db(),
               "INSERT INTO uploads(id, user_id, name, content_type, size, complete, room_id, created_at, expires_at) "
               "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
  const auto room = upload.room ? std::optional(upload.room->value) : std::nullopt;
  const auto expires = millis_of(upload.expires_at);
  insert.bind(upload.id, upload.owner.value, upload.name, upload.content_type, upload.size, upload.complete, room,
              upload.created_at.value, expires);
  if (!insert.run()) return context.failed(insert.error("beginning an upload"));
  return util::Ok{};
}

chat::Result<util::Ok> complete_upload(WriteContext& context, const std::string& id, const std::string& content_type) {
  Query update(context.db(), "UPDATE uploads SET complete = 1, content_type = ?2 WHERE id = ?1");
  if (!update.bind(id, content_type).run()) return context.failed(update.error("completing an upload"));
  if (context.db().changes() == 0) return chat::refuse(chat::ErrorCode::kMessageNotFound);
  return util::Ok{};
}

/// Who may attach what to which message.
struct Attach {
  std::vector<std::string> ids;
  chat::AccountId owner;
  chat::RoomId room;
  std::string send_key;
  util::WallMillis now;
};

chat::Result<Uploads> attach_uploads(WriteContext& context, const Attach& attach) {
  Uploads uploads;
  // All are looked at before the first is changed: a refusal leaves the batch's transaction as it was.
  for (const std::string& id : attach.ids) {
    Query query(context.db(), "SELECT " CHILLIN_UPLOAD_COLUMNS
                              ", send_key FROM uploads WHERE id = ?1 AND user_id = ?2 AND complete = 1");
    if (!query.bind(id, attach.owner.value).row()) {
      if (query.failed()) return context.failed(query.error("reading an upload"));
      return chat::no_such_upload();
    }
    chat::Upload upload = read_upload(query);
    const bool here = upload.room == attach.room && query.text(9) == attach.send_key;
    const bool expired = upload.expires_at && *upload.expires_at <= attach.now;
    if (expired || (upload.room && !here)) return chat::no_such_upload();
    uploads.push_back(std::move(upload));
  }
  for (chat::Upload& upload : uploads) {
    Query update(context.db(), "UPDATE uploads SET room_id = ?2, send_key = ?3, expires_at = NULL WHERE id = ?1");
    if (!update.bind(upload.id, attach.room.value, attach.send_key).run()) {
      return context.failed(update.error("attaching an upload"));
    }
    upload.room = attach.room;
    upload.expires_at.reset();
  }
  return uploads;
}

chat::Result<util::Ok> detach_uploads(WriteContext& context, const std::vector<std::string>& ids,
                                      util::WallMillis expires_at) {
  for (const std::string& id : ids) {
    Query update(context.db(), "UPDATE uploads SET room_id = NULL, send_key = '', expires_at = ?2 WHERE id = ?1");
    if (!update.bind(id, expires_at.value).run()) return context.failed(update.error("detaching an upload"));
  }
  return util::Ok{};
}

chat::Result<MaybeUpload> find_upload(SqliteConnection& db, const std::string& id) {
  Query query(db, "SELECT " CHILLIN_UPLOAD_COLUMNS " FROM uploads WHERE id = ?");
  if (query.bind(id).row()) return MaybeUpload(read_upload(query));
  if (query.failed()) return read_failed(query.error("reading an upload"));
  return MaybeUpload();
}

chat::Result<Uploads> expired_uploads(SqliteConnection& db, util::WallMillis now, std::size_t limit) {
  Query query(db, "SELECT " CHILLIN_UPLOAD_COLUMNS " FROM uploads WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2");
  query.bind(now.value, static_cast<std::int64_t>(limit));
  Uploads uploads;
  while (query.row()) uploads.push_back(read_upload(query));
  if (query.failed()) return read_failed(query.error("reading expired uploads"));
  return uploads;
}

class SqliteUploadStore final : public chat::UploadStore {
 public:
  explicit SqliteUploadStore(Database& database) : db_(database) {}

  util::Task<chat::Status> create(chat::Upload upload, std::int64_t quota_bytes) override {
    auto insert = [&](WriteContext& context) { return insert_upload(context, upload, quota_bytes); };
    co_return co_await db_.writer.write<util::Ok>(std::move(insert));
  }
  util::Task<chat::Result<MaybeUpload>> find(std::string id) override {
    auto select = [&id](SqliteConnection& db) { return find_upload(db, id); };
    co_return co_await db_.readers.read<MaybeUpload>(std::move(select));
  }
  util::Task<chat::Status> complete(std::string id, std::string content_type) override {
    auto update = [&](WriteContext& context) { return complete_upload(context, id, content_type); };
    co_return co_await db_.writer.write<util::Ok>(std::move(update));
  }
  util::Task<chat::Result<Uploads>> attach(std::vector<std::string> ids, chat::AccountId owner, chat::RoomId room,
                                           std::string send_key, util::WallMillis now) override {
    const Attach request{std::move(ids), owner, room, std::move(send_key), now};
    auto update = [&](WriteContext& context) { return attach_uploads(context, request); };
    co_return co_await db_.writer.write<Uploads>(std::move(update));
  }
  util::Task<chat::Status> detach(std::vector<std::string> ids, util::WallMillis expires_at) override {
    auto update = [&](WriteContext& context) { return detach_uploads(context, ids, expires_at); };
    co_return co_await db_.writer.write<util::Ok>(std::move(update));
  }
  util::Task<chat::Result<Uploads>> expired(util::WallMillis now, std::size_t limit) override {
    auto select = [=](SqliteConnection& db) { return expired_uploads(db, now, limit); };
    co_return co_await db_.readers.read<Uploads>(std::move(select));
  }
  util::Task<chat::Status> remove(std::string id, util::WallMillis now) override {
    auto erase = [&](WriteContext& context) -> chat::Result<util::Ok> {
      Query query(context.db(), "DELETE FROM uploads WHERE id = ?1 AND expires_at <= ?2");
      if (!query.bind(id, now.value).run()) return context.failed(query.error("forgetting an upload"));
      return util::Ok{};
    };
    co_return co_await db_.writer.write<util::Ok>(std::move(erase));
  }

 private:
  Database& db_;
};

}  // namespace

std::unique_ptr<chat::UploadStore> make_upload_store(Database& database) {
  return std::make_unique<SqliteUploadStore>(database);
}

}  // namespace chillin::storage
