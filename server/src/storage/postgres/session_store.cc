#include "storage/postgres/stores_pq.h"
#include "util/crypto.h"

namespace chillin::storage::postgres {

namespace {

constexpr std::int64_t kLifeMs = std::int64_t{24} * 3600 * 1000;
constexpr std::int64_t kRenewAfterMs = std::int64_t{3600} * 1000;
constexpr std::size_t kTokenLength = 43;

// Expired ones go a few at a time, so that no sign-in pays for all of them; those that another server has in hand are
// its business.
constexpr const char* kInsert =
    "WITH expired AS (DELETE FROM sessions WHERE id IN "
    "(SELECT id FROM sessions WHERE expires_at <= $3 LIMIT 20 FOR UPDATE SKIP LOCKED)) "
    "INSERT INTO sessions(id, user_id, created_at, last_used_at, expires_at) VALUES($1, $2, $3, $3, $4)";
constexpr const char* kFind = "SELECT s.last_used_at, " CHILLIN_PG_ACCOUNT_COLUMNS
                              " FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1 AND s.expires_at > $2";
// Several servers may be asked at once: one renews.
constexpr const char* kRenew =
    "UPDATE sessions SET last_used_at = $2, expires_at = $3 WHERE id = $1 AND last_used_at < $4";
constexpr const char* kRevoke = "DELETE FROM sessions WHERE id = $1";
constexpr const char* kRevokeAll = "DELETE FROM sessions WHERE user_id = $1 AND id <> $2";

struct Found {
  std::int64_t last_used_at = 0;
  chat::Account account;
};

chat::Result<util::Ok> done(const Rows& /*rows*/) {
  return util::Ok{};
}

class PostgresSessionStore final : public chat::SessionStore {
 public:
  explicit PostgresSessionStore(Database& database) : db_(database) {}

  util::Task<chat::Result<std::string>> create(chat::AccountId account, util::WallMillis now) override {
    std::string token = util::random_id(kTokenLength);
    const std::string id = util::sha256(token);
    auto send = [&id, account, now](Pipeline& to) {
      return to.add(kInsert, Params(Bytes{id}, account.value, now.value, now.value + kLifeMs));
    };
    // The only conflict possible: there is no such account.
    auto made = co_await write_statement<util::Ok>(*db_.writer, 0, account.value, std::move(send), done,
                                                   chat::ErrorCode::kAuthFailed);
    if (!made) co_return std::move(made).error();
    co_return token;
  }

  util::Task<chat::Result<std::optional<chat::Account>>> find(std::string token, util::WallMillis now) override {
    const std::string id = util::sha256(token);
    using MaybeFound = std::optional<Found>;
    auto select = [&id, now](PgConnection& db) -> chat::Result<MaybeFound> {
      const auto rows = execute(db, kFind, Params(Bytes{id}, now.value));
      if (!rows) return read_failed("reading a session", rows.error());
      if (rows->empty()) return MaybeFound();
      return MaybeFound(Found{rows->integer(0, 0), read_account(*rows, 0, 1)});
    };
    auto found = co_await db_.readers->read<MaybeFound>(std::move(select));
    if (!found) co_return std::move(found).error();
    if (!*found) co_return std::optional<chat::Account>();
    chat::Account account = std::move((*found)->account);
    if (now.value - (*found)->last_used_at > kRenewAfterMs) {
      auto renew = [&id, now](Pipeline& to) {
        return to.add(kRenew, Params(Bytes{id}, now.value, now.value + kLifeMs, now.value - kRenewAfterMs));
      };
      // Where it cannot be renewed now it still is a live session.
      (void)co_await write_statement<util::Ok>(*db_.writer, 0, account.id.value, std::move(renew), done,
                                               chat::ErrorCode::kInternal);
    }
    co_return std::optional(std::move(account));
  }

  util::Task<chat::Status> revoke(std::string token) override {
    const std::string id = util::sha256(token);
    auto send = [&id](Pipeline& to) { return to.add(kRevoke, Params(Bytes{id})); };
    co_return co_await write_statement<util::Ok>(*db_.writer, 0, 0, std::move(send), done, chat::ErrorCode::kInternal);
  }

  util::Task<chat::Status> revoke_all(chat::AccountId account, std::string except_token) override {
    const std::string except = except_token.empty() ? std::string() : util::sha256(except_token);
    auto send = [&except, account](Pipeline& to) { return to.add(kRevokeAll, Params(account.value, Bytes{except})); };
    co_return co_await write_statement<util::Ok>(*db_.writer, 0, account.value, std::move(send), done,
                                                 chat::ErrorCode::kInternal);
  }

 private:
  Database& db_;
};

}  // namespace

std::unique_ptr<chat::SessionStore> make_session_store(Database& database) {
  return std::make_unique<PostgresSessionStore>(database);
}

}  // namespace chillin::storage::postgres
