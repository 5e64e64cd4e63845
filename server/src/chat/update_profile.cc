#include "chat/update_profile.h"

#include <utility>

#include "chat/avatar_address.h"
#include "chat/credentials.h"
#include "chat/limits.h"
#include "chat/status_text.h"

namespace chillin::chat {

namespace {

/// The hash of the new password, once the current one has been checked.
util::Task<Result<std::string>> new_password_hash(Service& service, Account account, ProfileUpdate update) {
  auto form_ok = check_new_password(*update.password, "password");
  if (!form_ok) co_return std::move(form_ok).error();
  auto allowed = co_await within_auth_rate(service, std::move(update.address), account.username);
  if (!allowed) co_return std::move(allowed).error();
  // What authenticate() returned may be older than another device's change of password.
  auto found = co_await service.accounts.find_by_name(std::move(account.username));
  if (!found) co_return std::move(found).error();
  std::string hash = found->has_value() ? std::move((*found)->password_hash) : std::string();
  auto checked = co_await check_password(service, std::move(update.current_password), std::move(hash));
  if (!checked) co_return std::move(checked).error();
  if (!checked->matches) {
    co_return refuse(ErrorCode::kForbidden, "The current password is wrong.", "currentPassword");
  }
  co_return co_await service.hasher.hash(*std::move(update.password));
}

}  // namespace

util::Task<Result<Account>> update_profile(Service& service, Account account, ProfileUpdate update) {
  AccountUpdate stored;
  if (update.email) {
    auto email_ok = check_email(*update.email);
    if (!email_ok) co_return std::move(email_ok).error();
    stored.email = update.email;
  }
  if (update.avatar) {
    auto avatar_ok = check_avatar(*update.avatar);
    if (!avatar_ok) co_return std::move(avatar_ok).error();
    stored.avatar = update.avatar;
  }
  if (update.status_text) {
    auto text = status_text(*update.status_text, "statusText");
    if (!text) co_return std::move(text).error();
    stored.status_text = *std::move(text);
  }
  const AccountId id = account.id;
  const bool new_password = update.password.has_value();
  std::string token = update.token;
  if (new_password) {
    auto hash = co_await new_password_hash(service, std::move(account), std::move(update));
    if (!hash) co_return std::move(hash).error();
    stored.password_hash = *std::move(hash);
  }
  auto updated = co_await service.accounts.update(id, std::move(stored));
  if (!updated) co_return std::move(updated).error();
  if (new_password) {
    auto revoked = co_await service.sessions.revoke_all(id, std::move(token));
    if (!revoked) co_return std::move(revoked).error();
  }
  co_return std::move(updated);
}

}  // namespace chillin::chat
