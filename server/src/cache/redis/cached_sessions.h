#pragma once

#include <string>

#include "cache/redis/invalidations.h"
#include "chat/ports/stores.h"
#include "redis/client.h"

namespace chillin::cache {

/// Sessions in Redis in front of the `sessions` table, which stays the truth: it is asked when Redis is away or does
/// not know a session, and again for each session every kTrust while it is used (which also moves its expiry on).
///
/// A session that ends, and an account that changes, are told to Redis before the change is answered, in a way that
/// nobody can overwrite with what he read before (see cache_scripts.h); what Redis does not take is told later
/// (Invalidations). So a session that was ended is not accepted any more, but for one case: a server that was cut off
/// from Redis when it ended it, and others that were not: there it counts for kTrust at most.
///
/// While the database is away sessions that Redis knows are accepted. What comes from here has no password hash.
/// Thread-safe; tasks resume on the caller's executor.
class CachedSessions final : public chat::SessionStore {
 public:
  static constexpr util::Millis kTrust{300'000};

  CachedSessions(chat::SessionStore& truth, redis::Client& client, Invalidations& invalidations,
                 std::string key_prefix = "");

  util::Task<chat::Result<std::string>> create(chat::AccountId account, util::WallMillis now) override;
  util::Task<chat::Result<std::optional<chat::Account>>> find(std::string token, util::WallMillis now) override;
  util::Task<chat::Status> revoke(std::string token) override;
  util::Task<chat::Status> revoke_all(chat::AccountId account, std::string except_token) override;

 private:
  chat::SessionStore& truth_;
  redis::Client& client_;
  Invalidations& invalidations_;
  const std::string prefix_;
};

/// Accounts; a change makes what Redis keeps with the account's sessions worthless. Thread-safe.
class CachedAccounts final : public chat::AccountStore {
 public:
  CachedAccounts(chat::AccountStore& truth, redis::Client& client, Invalidations& invalidations,
                 std::string key_prefix = "");

  util::Task<chat::Result<chat::Account>> create(chat::NewAccount account) override;
  util::Task<chat::Result<std::optional<chat::Account>>> find_by_name(std::string username) override;
  util::Task<chat::Result<chat::Account>> update(chat::AccountId id, chat::AccountUpdate update) override;

 private:
  chat::AccountStore& truth_;
  Invalidations& invalidations_;
  const std::string prefix_;
};

}  // namespace chillin::cache
