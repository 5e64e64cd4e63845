#include "storage/sqlite/stores_sqlite.h"

namespace chillin::storage {

namespace {

using MaybeAccount = std::optional<chat::Account>;

constexpr const char* kByName =
    "SELECT id, username, email, avatar, password_hash, created_at, status_text FROM users WHERE username = ?";
constexpr const char* kById =
    "SELECT id, username, email, avatar, password_hash, created_at, status_text FROM users WHERE id = ?";

chat::Account read_account(const Query& row) {
  return {{row.integer(0)}, row.string(1),    row.string(2), row.string(3),
          row.string(4),    {row.integer(5)}, row.string(6)};
}

template <class Key>
chat::Result<MaybeAccount> select_account(SqliteConnection& db, const char* sql, const Key& key) {
  Query query(db, sql);
  if (query.bind(key).row()) return MaybeAccount(read_account(query));
  if (query.failed()) return read_failed(query.error("reading an account"));
  return MaybeAccount();
}

class SqliteAccountStore final : public chat::AccountStore {
 public:
  explicit SqliteAccountStore(Database& database) : db_(database) {}

  util::Task<chat::Result<chat::Account>> create(chat::NewAccount account) override {
    auto insert = [this, &account](WriteContext& context) { return insert_account(context, account); };
    co_return co_await db_.writer.write<chat::Account>(std::move(insert));
  }

  util::Task<chat::Result<MaybeAccount>> find_by_name(std::string username) override {
    if (!db_.account_names.maybe(username)) co_return MaybeAccount();
    if (auto known = db_.accounts_by_name.get(username)) co_return std::move(*known);
    const auto epoch = db_.accounts_by_name.epoch(username);
    auto select = [&username](SqliteConnection& db) { return select_account(db, kByName, username); };
    auto found = co_await db_.readers.read<MaybeAccount>(std::move(select));
    if (found) db_.accounts_by_name.put(username, *found, epoch);
    co_return found;
  }

  util::Task<chat::Result<chat::Account>> update(chat::AccountId id, chat::AccountUpdate update) override {
    auto apply = [this, id, &update](WriteContext& context) { return update_account(context, id, update); };
    co_return co_await db_.writer.write<chat::Account>(std::move(apply));
  }

 private:
  void forget(WriteContext& context, const chat::Account& account) {
    context.after_commit([this, id = account.id.value, name = account.username] {
      db_.accounts_by_name.forget(name);
      db_.accounts_by_id.forget(id);
    });
  }

  chat::Result<chat::Account> insert_account(WriteContext& context, const chat::NewAccount& account) {
    Query insert(context.db(),
                 "INSERT INTO users(username, email, password_hash, avatar, created_at, updated_at) "
                 "VALUES(?1, ?2, ?3, ?4, ?5, ?5) ON CONFLICT(username) DO NOTHING");
    insert.bind(account.username, account.email, account.password_hash, account.avatar, account.created_at.value);
    if (!insert.run()) return context.failed(insert.error("creating an account"));
    if (context.db().changes() == 0) return chat::refuse(chat::ErrorCode::kNameTaken);
    chat::Account made{{sqlite3_last_insert_rowid(context.db().get())},
                       account.username,
                       account.email,
                       account.avatar,
                       account.password_hash,
                       account.created_at,
                       {}};
    db_.account_names.add(made.username);
    forget(context, made);
    return made;
  }

  chat::Result<chat::Account> update_account(WriteContext& context, chat::AccountId id,
                                             const chat::AccountUpdate& update) {
    const std::int64_t now = util::system_clock().wall().value;
    Query set(context.db(),
              "UPDATE users SET email = coalesce(?2, email), avatar = coalesce(?3, avatar), "
              "password_hash = coalesce(?4, password_hash), status_text = coalesce(?5, status_text), updated_at = ?6 "
              "WHERE id = ?1");
    set.bind(id.value, update.email, update.avatar, update.password_hash, update.status_text, now);
    if (!set.run()) return context.failed(set.error("updating an account"));
    if (context.db().changes() == 0) return chat::refuse(chat::ErrorCode::kAuthFailed);
    Query query(context.db(), kById);
    if (!query.bind(id.value).row()) return context.failed(query.error("reading an account"));
    chat::Account account = read_account(query);
    forget(context, account);
    return account;
  }

  Database& db_;
};

}  // namespace

util::Task<chat::Result<MaybeAccount>> find_account(Database& database, chat::AccountId id) {
  if (auto known = database.accounts_by_id.get(id.value)) co_return std::move(known);
  const auto epoch = database.accounts_by_id.epoch(id.value);
  auto select = [id](SqliteConnection& db) { return select_account(db, kById, id.value); };
  auto found = co_await database.readers.read<MaybeAccount>(std::move(select));
  if (found && *found) database.accounts_by_id.put(id.value, **found, epoch);
  co_return found;
}

std::unique_ptr<chat::AccountStore> make_account_store(Database& database) {
  return std::make_unique<SqliteAccountStore>(database);
}

}  // namespace chillin::storage
