#include "storage/postgres/stores_pq.h"

namespace chillin::storage::postgres {

namespace {

using MaybeAccount = std::optional<chat::Account>;

constexpr const char* kByName = "SELECT " CHILLIN_PG_ACCOUNT_COLUMNS " FROM users u WHERE u.username = $1";
constexpr const char* kInsert =
    "INSERT INTO users(username, email, password_hash, avatar, created_at, updated_at) VALUES($1, $2, $3, $4, $5, $5) "
    "ON CONFLICT (username) DO NOTHING RETURNING id";
constexpr const char* kUpdate =
    "UPDATE users u SET email = coalesce($2, email), avatar = coalesce($3, avatar), "
    "password_hash = coalesce($4, password_hash), status_text = coalesce($5, status_text), updated_at = $6 "
    "WHERE id = $1 RETURNING " CHILLIN_PG_ACCOUNT_COLUMNS;

class PostgresAccountStore final : public chat::AccountStore {
 public:
  explicit PostgresAccountStore(Database& database) : db_(database) {}

  util::Task<chat::Result<chat::Account>> create(chat::NewAccount account) override {
    auto send = [&account](Pipeline& to) {
      return to.add(kInsert, Params(account.username, account.email, account.password_hash, account.avatar,
                                    account.created_at.value));
    };
    auto read = [&account](const Rows& rows) -> chat::Result<chat::Account> {
      if (rows.empty()) return chat::refuse(chat::ErrorCode::kNameTaken);
      return chat::Account{{rows.integer(0, 0)},
                           account.username,
                           account.email,
                           account.avatar,
                           account.password_hash,
                           account.created_at,
                           {}};
    };
    co_return co_await write_statement<chat::Account>(*db_.writer, 0, 0, std::move(send), std::move(read),
                                                      chat::ErrorCode::kInternal);
  }

  util::Task<chat::Result<MaybeAccount>> find_by_name(std::string username) override {
    auto select = [&username](PgConnection& db) -> chat::Result<MaybeAccount> {
      const auto rows = execute(db, kByName, Params(username));
      if (!rows) return read_failed("reading an account", rows.error());
      return rows->empty() ? MaybeAccount() : MaybeAccount(read_account(*rows, 0, 0));
    };
    co_return co_await db_.readers->read<MaybeAccount>(std::move(select));
  }

  util::Task<chat::Result<chat::Account>> update(chat::AccountId id, chat::AccountUpdate update) override {
    auto send = [id, &update](Pipeline& to) {
      return to.add(kUpdate, Params(id.value, update.email, update.avatar, update.password_hash, update.status_text,
                                    util::system_clock().wall().value));
    };
    auto read = [](const Rows& rows) -> chat::Result<chat::Account> {
      if (rows.empty()) return chat::refuse(chat::ErrorCode::kAuthFailed);
      return read_account(rows, 0, 0);
    };
    co_return co_await write_statement<chat::Account>(*db_.writer, 0, id.value, std::move(send), std::move(read),
                                                      chat::ErrorCode::kInternal);
  }

 private:
  Database& db_;
};

}  // namespace

chat::Account read_account(const Rows& rows, int row, int first) {
  return {{rows.integer(row, first)},  rows.string(row, first + 1), rows.string(row, first + 2),
          rows.string(row, first + 3), rows.string(row, first + 4), {rows.integer(row, first + 5)},
          rows.string(row, first + 6)};
}

std::unique_ptr<chat::AccountStore> make_account_store(Database& database) {
  return std::make_unique<PostgresAccountStore>(database);
}

}  // namespace chillin::storage::postgres
