#include <string>
#include <unordered_set>
#include <utility>

#include "legacy/at_once.h"
#include "legacy/import_context.h"
#include "legacy/read_user.h"

namespace chillin::legacy {

namespace {

constexpr std::size_t kAtOnce = 500;

struct Pending {
  Place place;
  Read<chat::NewAccount> user;
};

util::Task<void> import_one(ImportContext& context, Pending& pending) {
  TableCount& table = context.report.users;
  chat::NewAccount& account = pending.user.value;
  const auto there = [&](const chat::Account& found) {
    if (found.created_at != account.created_at) {
      context.reject(table, std::move(pending.place),
                     "another account has that name here (made " + util::iso8601(found.created_at) + ")");
      return;
    }
    ++table.already_there;
    context.accounts[found.username] = found.id;
  };
  if (context.stores != nullptr) {
    auto found = co_await context.stores->accounts.find_by_name(account.username);
    if (!found) co_return context.fail(found.error());
    if (*found) co_return there(**found);
  }
  const std::string name = account.username;
  std::optional<chat::AccountId> id;
  if (!context.options.dry_run) {
    auto made = co_await context.stores->accounts.create(std::move(account));
    if (!made && made.error().code == chat::ErrorCode::kNameTaken) {
      co_return context.reject(table, std::move(pending.place), "another account took that name meanwhile");
    }
    if (!made) co_return context.fail(made.error());
    id = made->id;
  }
  ++table.imported;
  context.accounts[name] = id;
  context.note(pending.place, pending.user.notes);
}

}  // namespace

util::Task<void> import_users(ImportContext& context) {
  const auto one = [&context](Pending& pending) { return import_one(context, pending); };
  ImportFile file(context, "users.json", JsonRecords::Shape::kByName);
  TableCount& table = context.report.users;
  std::unordered_set<std::string> names;
  std::vector<Pending> pending;
  while (auto record = file.next()) {
    ++table.read;
    auto user = read_user(*record);
    if (!user) {
      context.reject(table, std::move(record->place), std::move(user).error().reason);
      continue;
    }
    if (!names.insert(user->value.username).second) {
      context.reject(table, std::move(record->place), "the name stands in the file before");
      continue;
    }
    if (record->repaired) user->notes.emplace_back("half a character became U+FFFD");
    pending.push_back({std::move(record->place), *std::move(user)});
    if (pending.size() < kAtOnce) continue;
    co_await at_once(pending, one);
    pending.clear();
  }
  if (!context.failure) co_await at_once(pending, one);
}

}  // namespace chillin::legacy
