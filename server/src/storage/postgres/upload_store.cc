#include <algorithm>

#include "storage/postgres/stores_pq.h"

namespace chillin::storage::postgres {

namespace {

using MaybeUpload = std::optional<chat::Upload>;
using Uploads = std::vector<chat::Upload>;

#define CHILLIN_PG_UPLOAD_COLUMNS \
  "u.id, u.user_id, u.name, u.content_type, u.size, u.complete, u.room_id, u.created_at, u.expires_at"

constexpr const char* kInsert =
    "INSERT INTO uploads(id, user_id, name, content_type, size, complete, room_id, created_at, expires_at) "
    "SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 "
    "WHERE $10 = 0 OR (SELECT coalesce(sum(size), 0) FROM uploads WHERE user_id = $2) + $5 <= $10 RETURNING 1";
constexpr const char* kFind = "SELECT " CHILLIN_PG_UPLOAD_COLUMNS " FROM uploads u WHERE u.id = $1";
constexpr const char* kComplete = "UPDATE uploads SET complete = TRUE, content_type = $2 WHERE id = $1 RETURNING 1";
// All or none: the rows that fit are locked in one order, counted, and changed only if none is missing.
constexpr const char* kAttach =
    "WITH fit AS (SELECT id FROM uploads WHERE id = ANY($1::text[]) AND user_id = $2 AND complete "
    "AND (expires_at IS NULL OR expires_at > $5) AND (room_id IS NULL OR (room_id = $3 AND send_key = $4)) "
    "ORDER BY id FOR UPDATE) "
    "UPDATE uploads u SET room_id = $3, send_key = $4, expires_at = NULL FROM fit "
    "WHERE u.id = fit.id AND (SELECT count(*) FROM fit) = $6 RETURNING " CHILLIN_PG_UPLOAD_COLUMNS;
constexpr const char* kDetach =
    "UPDATE uploads SET room_id = NULL, send_key = '', expires_at = $2 WHERE id = ANY($1::text[])";
constexpr const char* kExpired =
    "SELECT " CHILLIN_PG_UPLOAD_COLUMNS " FROM uploads u WHERE u.expires_at <= $1 ORDER BY u.expires_at LIMIT $2";
constexpr const char* kRemove = "DELETE FROM uploads WHERE id = $1 AND expires_at <= $2";

chat::Upload read_upload(const Rows& rows, int row) {
  chat::Upload upload{.id = rows.string(row, 0),
                      .owner = {rows.integer(row, 1)},
                      .name = rows.string(row, 2),
                      .content_type = rows.string(row, 3),
                      .size = rows.integer(row, 4),
                      .complete = rows.boolean(row, 5),
                      .created_at = {rows.integer(row, 7)}};
  if (!rows.is_null(row, 6)) upload.room = chat::RoomId{rows.integer(row, 6)};
  if (!rows.is_null(row, 8)) upload.expires_at = util::WallMillis{rows.integer(row, 8)};
  return upload;
}

Uploads read_uploads(const Rows& rows) {
  Uploads uploads;
  for (int row = 0; row < rows.count(); ++row) uploads.push_back(read_upload(rows, row));
  return uploads;
}

ArrayParam array_of(const std::vector<std::string>& ids) {
  ArrayParam array(kTextArray);
  for (const std::string& id : ids) array.add(std::string_view(id));
  return array;
}

chat::Result<util::Ok> done(const Rows& /*rows*/) {
  return util::Ok{};
}

class PostgresUploadStore final : public chat::UploadStore {
 public:
  explicit PostgresUploadStore(Database& database) : db_(database) {}

  util::Task<chat::Status> create(chat::Upload upload, std::int64_t quota_bytes) override {
    const auto room = upload.room ? std::optional(upload.room->value) : std::nullopt;
    const auto expires = upload.expires_at ? std::optional(upload.expires_at->value) : std::nullopt;
    auto send = [&](Pipeline& to) {
      return to.add(kInsert, Params(upload.id, upload.owner.value, upload.name, upload.content_type, upload.size,
                                    upload.complete, room, upload.created_at.value, expires, quota_bytes));
    };
    auto read = [](const Rows& rows) -> chat::Result<util::Ok> {
      if (rows.empty()) return chat::upload_quota_exceeded();
      return util::Ok{};
    };
    co_return co_await write<util::Ok>(upload.owner.value, std::move(send), std::move(read));
  }

  util::Task<chat::Result<MaybeUpload>> find(std::string id) override {
    auto select = [&id](PgConnection& db) -> chat::Result<MaybeUpload> {
      const auto rows = execute(db, kFind, Params(id));
      if (!rows) return read_failed("reading an upload", rows.error());
      return rows->empty() ? MaybeUpload() : MaybeUpload(read_upload(*rows, 0));
    };
    co_return co_await db_.readers->read<MaybeUpload>(std::move(select));
  }

  util::Task<chat::Status> complete(std::string id, std::string content_type) override {
    auto send = [&](Pipeline& to) { return to.add(kComplete, Params(id, content_type)); };
    auto read = [](const Rows& rows) -> chat::Result<util::Ok> {
      if (rows.empty()) return chat::refuse(chat::ErrorCode::kMessageNotFound);
      return util::Ok{};
    };
    co_return co_await write<util::Ok>(0, std::move(send), std::move(read));
  }

  util::Task<chat::Result<Uploads>> attach(std::vector<std::string> ids, chat::AccountId owner, chat::RoomId room,
                                           std::string send_key, util::WallMillis now) override {
    const ArrayParam array = array_of(ids);
    const auto count = static_cast<std::int64_t>(ids.size());
    auto send = [&](Pipeline& to) {
      return to.add(kAttach, Params(array, owner.value, room.value, send_key, now.value, count));
    };
    auto read = [&ids](const Rows& rows) -> chat::Result<Uploads> {
      if (rows.count() != static_cast<int>(ids.size())) return chat::no_such_upload();
      Uploads uploads = read_uploads(rows);
      const auto place = [&ids](const chat::Upload& u) {
        return std::find(ids.begin(), ids.end(), u.id) - ids.begin();
      };
      std::sort(uploads.begin(), uploads.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
      return uploads;
    };
    co_return co_await write<Uploads>(owner.value, std::move(send), std::move(read));
  }

  util::Task<chat::Status> detach(std::vector<std::string> ids, util::WallMillis expires_at) override {
    const ArrayParam array = array_of(ids);
    auto send = [&](Pipeline& to) { return to.add(kDetach, Params(array, expires_at.value)); };
    co_return co_await write<util::Ok>(0, std::move(send), done);
  }

  util::Task<chat::Result<Uploads>> expired(util::WallMillis now, std::size_t limit) override {
    const auto most = static_cast<std::int64_t>(limit);
    auto select = [now, most](PgConnection& db) -> chat::Result<Uploads> {
      const auto rows = execute(db, kExpired, Params(now.value, most));
      if (!rows) return read_failed("reading expired uploads", rows.error());
      return read_uploads(*rows);
    };
    co_return co_await db_.readers->read<Uploads>(std::move(select));
  }

  util::Task<chat::Status> remove(std::string id, util::WallMillis now) override {
    auto send = [&](Pipeline& to) { return to.add(kRemove, Params(id, now.value)); };
    co_return co_await write<util::Ok>(0, std::move(send), done);
  }

 private:
  template <class T, class Send, class Read>
  util::Task<chat::Result<T>> write(std::int64_t order, Send send, Read read) {
    return write_statement<T>(*db_.writer, 0, order, std::move(send), std::move(read), chat::ErrorCode::kInternal);
  }

  Database& db_;
};

}  // namespace

std::unique_ptr<chat::UploadStore> make_upload_store(Database& database) {
  return std::make_unique<PostgresUploadStore>(database);
}

}  // namespace chillin::storage::postgres
