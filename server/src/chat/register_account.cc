#include "chat/register_account.h"

#include <utility>

#include "chat/credentials.h"
#include "chat/limits.h"
#include "chat/names.h"

namespace chillin::chat {

util::Task<Result<SignedIn>> register_account(Service& service, RegisterAccount command) {
  auto name = account_name(command.username, "username");
  if (!name) co_return std::move(name).error();
  auto email_ok = check_email(command.email);
  if (!email_ok) co_return std::move(email_ok).error();
  auto password_ok = check_new_password(command.password, "password");
  if (!password_ok) co_return std::move(password_ok).error();
  const auto taken = [] { return refuse(ErrorCode::kNameTaken, "That name is taken.", "username"); };
  if (is_reserved_name(*name)) co_return taken();

  auto allowed = co_await within_auth_rate(service, std::move(command.address), *name);
  if (!allowed) co_return std::move(allowed).error();
  auto existing = co_await service.accounts.find_by_name(*name);  // before the hash, which costs a thousand times more
  if (!existing) co_return std::move(existing).error();
  if (existing->has_value()) co_return taken();

  auto hash = co_await service.hasher.hash(std::move(command.password));
  if (!hash) co_return std::move(hash).error();
  const auto now = service.clock.wall();
  NewAccount new_account{.username = *std::move(name),
                         .email = std::move(command.email),
                         .avatar = {},
                         .password_hash = *std::move(hash),
                         .created_at = now};
  auto account = co_await service.accounts.create(std::move(new_account));
  if (!account && account.error().code == ErrorCode::kNameTaken) co_return taken();
  if (!account) co_return std::move(account).error();
  auto token = co_await service.sessions.create(account->id, now);
  if (!token) co_return std::move(token).error();
  co_return SignedIn{*std::move(account), *std::move(token)};
}

}  // namespace chillin::chat
