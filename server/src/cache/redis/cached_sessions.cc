#include "cache/redis/cached_sessions.h"

#include <boost/json/parse.hpp>
#include <charconv>
#include <optional>
#include <utility>

#include "cache/redis/cache_scripts.h"
#include "chat/cache_metrics.h"
#include "util/crypto.h"
#include "util/json_writer.h"
#include "util/text.h"

namespace chillin::cache {
namespace {

namespace json = boost::json;
using MaybeAccount = std::optional<chat::Account>;

std::string session_id(const std::string& token) {
  return util::hex_encode(util::sha256(token));
}

std::string to_json(const chat::Account& account) {
  std::string out;
  util::JsonWriter(out)
      .begin_object()
      .field("username", account.username)
      .field("email", account.email)
      .field("avatar", account.avatar)
      .field("createdAt", account.created_at.value)
      .field("statusText", account.status_text)
      .end_object();
  return out;
}

/// "<account> <verified> <JSON>".
MaybeAccount read_account(std::string_view value) {
  chat::Account account;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), account.id.value);
  const std::size_t space = value.find(' ', static_cast<std::size_t>(end - value.data()) + 1);
  if (error != std::errc() || space == std::string_view::npos) return std::nullopt;
  json::error_code failed;
  const json::value parsed = json::parse(value.substr(space + 1), failed);
  const json::object* fields = failed ? nullptr : parsed.if_object();
  if (fields == nullptr) return std::nullopt;
  const auto text = [fields](std::string_view key) {
    const json::value* field = fields->if_contains(key);
    return field != nullptr && field->is_string() ? std::string(std::string_view(field->get_string())) : std::string();
  };
  account.username = text("username");
  account.email = text("email");
  account.avatar = text("avatar");
  account.status_text = text("statusText");
  const json::value* created = fields->if_contains("createdAt");
  if (created != nullptr && created->is_int64()) account.created_at.value = created->get_int64();
  if (account.username.empty()) return std::nullopt;
  return account;
}

redis::ScriptCall call(const std::string& prefix) {
  redis::ScriptCall out;
  out.arg(prefix);
  return out;
}

util::Task<void> distrust(Invalidations& invalidations, const std::string& prefix, chat::AccountId account) {
  redis::ScriptCall change = call(prefix);
  change.arg(account.value);
  co_await invalidations.apply("account:" + std::to_string(account.value), kDistrustAccount, std::move(change));
}

}  // namespace

CachedSessions::CachedSessions(chat::SessionStore& truth, redis::Client& client, Invalidations& invalidations,
                               std::string key_prefix)
    : truth_(truth), client_(client), invalidations_(invalidations), prefix_(std::move(key_prefix)) {
  for (const redis::Script* script : {&kFindSession, &kKeepSession, &kEndSession, &kDistrustAccount}) {
    client_.prepare(*script);
  }
}

util::Task<chat::Result<std::string>> CachedSessions::create(chat::AccountId account, util::WallMillis now) {
  return truth_.create(account, now);
}

util::Task<chat::Result<MaybeAccount>> CachedSessions::find(std::string token, util::WallMillis now) {
  // What waits to be told to Redis may be about this one.
  if (!client_.up() || invalidations_.pending()) co_return co_await truth_.find(std::move(token), now);
  const std::string id = session_id(token);
  redis::ScriptCall ask = call(prefix_);
  ask.arg(id).arg(kTrust.count());
  const auto reply = co_await client_.call(kFindSession, std::move(ask));
  if (!reply || !reply->is_array() || reply->elements.size() != 3)
    co_return co_await truth_.find(std::move(token), now);
  const std::int64_t asked_at = reply->elements[0].integer;
  const std::string& value = reply->elements[1].text;
  const bool ended = value == "-";
  MaybeAccount known = value.empty() || ended ? std::nullopt : read_account(value);
  const bool trusted = known && reply->elements[2].integer == 1;
  chat::count_lookup(chat::Cache::kSessions, ended || trusted);
  if (ended || trusted) co_return known;

  auto found = co_await truth_.find(std::move(token), now);
  if (!found) {
    if (known && found.error().code == chat::ErrorCode::kUnavailable) co_return known;
    co_return found;
  }
  if (*found) {
    redis::ScriptCall keep = call(prefix_);
    keep.arg(id).arg((*found)->id.value).arg(asked_at).arg(to_json(**found)).arg((*found)->username);
    client_.eval(kKeepSession, std::move(keep));
  } else if (known) {  // it has expired, or somebody removed it behind our back
    redis::ScriptCall end = call(prefix_);
    end.arg(id);
    client_.eval(kEndSession, std::move(end));
  }
  co_return found;
}

util::Task<chat::Status> CachedSessions::revoke(std::string token) {
  const std::string id = session_id(token);
  auto revoked = co_await truth_.revoke(std::move(token));
  if (!revoked) co_return revoked;
  redis::ScriptCall end = call(prefix_);
  end.arg(id);
  co_await invalidations_.apply("session:" + id, kEndSession, std::move(end));
  co_return revoked;
}

util::Task<chat::Status> CachedSessions::revoke_all(chat::AccountId account, std::string except_token) {
  auto revoked = co_await truth_.revoke_all(account, std::move(except_token));
  if (revoked) co_await distrust(invalidations_, prefix_, account);
  co_return revoked;
}

CachedAccounts::CachedAccounts(chat::AccountStore& truth, redis::Client& client, Invalidations& invalidations,
                               std::string key_prefix)
    : truth_(truth), invalidations_(invalidations), prefix_(std::move(key_prefix)) {
  client.prepare(kDistrustAccount);
}

util::Task<chat::Result<chat::Account>> CachedAccounts::create(chat::NewAccount account) {
  return truth_.create(std::move(account));
}

util::Task<chat::Result<MaybeAccount>> CachedAccounts::find_by_name(std::string username) {
  return truth_.find_by_name(std::move(username));
}

util::Task<chat::Result<chat::Account>> CachedAccounts::update(chat::AccountId id, chat::AccountUpdate update) {
  auto updated = co_await truth_.update(id, std::move(update));
  if (updated) co_await distrust(invalidations_, prefix_, id);
  co_return updated;
}

}  // namespace chillin::cache
