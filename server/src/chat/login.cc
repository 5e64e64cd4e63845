#include "chat/login.h"

#include <utility>

#include "chat/credentials.h"
#include "chat/limits.h"
#include "util/text.h"

namespace chillin::chat {

util::Task<Result<SignedIn>> login(Service& service, Login command) {
  // Only what no name can be is refused by its form: names of the earlier version may be older than today's lengths.
  static constexpr std::size_t kMaxNameBytes = 400;
  const auto failed = [] { return refuse(ErrorCode::kAuthFailed, "The name or the password is wrong."); };
  std::optional<std::string> name;
  if (command.username.size() <= kMaxNameBytes) name = util::normalize_name(command.username);

  auto allowed = co_await within_auth_rate(service, std::move(command.address), name.value_or(std::string()));
  if (!allowed) co_return std::move(allowed).error();
  if (!name || name->empty()) co_return failed();

  auto found = co_await service.accounts.find_by_name(*std::move(name));
  if (!found) co_return std::move(found).error();
  std::string hash = found->has_value() ? (*found)->password_hash : std::string();
  auto checked = co_await check_password(service, std::move(command.password), std::move(hash));
  if (!checked) co_return std::move(checked).error();
  if (!found->has_value() || !checked->matches) co_return failed();

  Account account = **std::move(found);
  if (!checked->new_hash.empty()) {
    // The old hash still works, so a store that fails here does not fail the login.
    AccountUpdate update{.password_hash = std::move(checked->new_hash)};
    auto updated = co_await service.accounts.update(account.id, std::move(update));
    if (updated) account = *std::move(updated);
  }
  auto token = co_await service.sessions.create(account.id, service.clock.wall());
  if (!token) co_return std::move(token).error();
  co_return SignedIn{std::move(account), *std::move(token)};
}

}  // namespace chillin::chat
