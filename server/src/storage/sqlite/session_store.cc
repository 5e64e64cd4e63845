#include "chat/cache_metrics.h"
#include "storage/sqlite/stores_sqlite.h"
#include "util/crypto.h"

namespace chillin::storage {

namespace {

constexpr std::int64_t kLifeMs = std::int64_t{24} * 3600 * 1000;
constexpr std::int64_t kRenewAfterMs = std::int64_t{3600} * 1000;
constexpr std::size_t kTokenLength = 43;

using MaybeSession = std::optional<LiveSession>;

chat::Result<MaybeSession> select_session(SqliteConnection& db, const std::string& id) {
  Query query(db, "SELECT user_id, last_used_at, expires_at FROM sessions WHERE id = ?");
  if (query.bind_blob(1, id).row()) return MaybeSession({query.integer(0), query.integer(1), query.integer(2)});
  if (query.failed()) return read_failed(query.error("reading a session"));
  return MaybeSession();
}

class SqliteSessionStore final : public chat::SessionStore {
 public:
  explicit SqliteSessionStore(Database& database) : db_(database) {}

  util::Task<chat::Result<std::string>> create(chat::AccountId account, util::WallMillis now) override {
    std::string token = util::random_id(kTokenLength);
    const std::string id = util::sha256(token);
    auto insert = [&](WriteContext& context) { return insert_session(context, id, account, now); };
    auto made = co_await db_.writer.write<util::Ok>(std::move(insert));
    if (!made) co_return std::move(made).error();
    co_return token;
  }

  util::Task<chat::Result<std::optional<chat::Account>>> find(std::string token, util::WallMillis now) override {
    const std::string id = util::sha256(token);
    MaybeSession session = db_.sessions.get(id);
    chat::count_lookup(chat::Cache::kSessions, session.has_value());
    if (!session) {
      const auto epoch = db_.sessions.epoch(id);
      auto select = [&id](SqliteConnection& db) { return select_session(db, id); };
      auto found = co_await db_.readers.read<MaybeSession>(std::move(select));
      if (!found) co_return std::move(found).error();
      session = *found;
      if (session) db_.sessions.put(id, *session, epoch);
    }
    if (!session || session->expires_at <= now.value) co_return std::optional<chat::Account>();
    if (now.value - session->last_used_at > kRenewAfterMs) {
      auto renew = [&](WriteContext& context) { return renew_session(context, id, now); };
      // Where it cannot be renewed now it still is a live session.
      (void)co_await db_.writer.write<util::Ok>(std::move(renew));
    }
    co_return co_await find_account(db_, {session->account});
  }

  util::Task<chat::Status> revoke(std::string token) override {
    const std::string id = util::sha256(token);
    auto remove = [&](WriteContext& context) -> chat::Result<util::Ok> {
      Query query(context.db(), "DELETE FROM sessions WHERE id = ?");
      if (!query.bind_blob(1, id).run()) return context.failed(query.error("revoking a session"));
      context.after_commit([this, id] { db_.sessions.forget(id); });
      return util::Ok{};
    };
    co_return co_await db_.writer.write<util::Ok>(std::move(remove));
  }

  util::Task<chat::Status> revoke_all(chat::AccountId account, std::string except_token) override {
    const std::string except = except_token.empty() ? std::string() : util::sha256(except_token);
    auto remove = [&](WriteContext& context) -> chat::Result<util::Ok> {
      Query query(context.db(), "DELETE FROM sessions WHERE user_id = ?1 AND id <> ?2");
      if (!query.bind(account.value).bind_blob(2, except).run())
        return context.failed(query.error("revoking sessions"));
      context.after_commit([this] { db_.sessions.forget_all(); });
      return util::Ok{};
    };
    co_return co_await db_.writer.write<util::Ok>(std::move(remove));
  }

 private:
  chat::Result<util::Ok> insert_session(WriteContext& context, const std::string& id, chat::AccountId account,
                                        util::WallMillis now) {
    // Expired ones go a few at a time, so that no sign-in pays for all of them.
    Query expired(context.db(),
                  "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= ? LIMIT 20)");
    if (!expired.bind(now.value).run()) return context.failed(expired.error("removing expired sessions"));
    Query insert(context.db(),
                 "INSERT INTO sessions(id, user_id, created_at, last_used_at, expires_at) VALUES(?4, ?1, ?2, ?2, ?3)");
    const std::int64_t expires = now.value + kLifeMs;
    if (!insert.bind(account.value, now.value, expires).bind_blob(4, id).run()) {
      util::Error error = insert.error("creating a session");
      // The only conflict possible: there is no such account.
      if (error.code == util::Error::Code::kConflict) return chat::refuse(chat::ErrorCode::kAuthFailed);
      return context.failed(std::move(error));
    }
    return util::Ok{};
  }

  chat::Result<util::Ok> renew_session(WriteContext& context, const std::string& id, util::WallMillis now) {
    Query query(context.db(), "UPDATE sessions SET last_used_at = ?1, expires_at = ?2 WHERE id = ?3");
    const std::int64_t expires = now.value + kLifeMs;
    if (!query.bind(now.value, expires).bind_blob(3, id).run())
      return context.failed(query.error("renewing a session"));
    context.after_commit([this, id] { db_.sessions.forget(id); });
    return util::Ok{};
  }

  Database& db_;
};

}  // namespace

std::unique_ptr<chat::SessionStore> make_session_store(Database& database) {
  return std::make_unique<SqliteSessionStore>(database);
}

}  // namespace chillin::storage
