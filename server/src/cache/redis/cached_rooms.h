#pragma once

#include <string>

#include "cache/redis/invalidations.h"
#include "chat/ports/stores.h"
#include "redis/client.h"

namespace chillin::cache {

/// Rooms; their list comes from Redis (`cache:rooms:list`, 5 minutes) where it is there. Nobody reads a list that is
/// older than his own change: a change that shows in the list drops it before the change is answered, and whoever was
/// reading the database meanwhile may not put his list there any more (cache_scripts.h). While a change waits for Redis
/// to come back this server does not ask there. What comes from the cache has no password hash. Thread-safe; tasks
/// resume on the caller's executor.
class CachedRooms final : public chat::RoomStore {
 public:
  CachedRooms(chat::RoomStore& truth, redis::Client& client, Invalidations& invalidations, std::string key_prefix = "");

  util::Task<chat::Result<std::vector<chat::Room>>> list() override;
  util::Task<chat::Result<chat::Room>> create(chat::NewRoom room) override;
  util::Task<chat::Result<chat::Membership>> add_member(chat::RoomId room, chat::AccountId account,
                                                        util::WallMillis now) override;
  util::Task<chat::Status> remove_member(chat::RoomId room, chat::AccountId account) override;

  util::Task<chat::Result<std::optional<chat::Room>>> find(std::string name) override {
    return truth_.find(std::move(name));
  }
  util::Task<chat::Result<std::optional<chat::Room>>> find(chat::RoomId id) override { return truth_.find(id); }
  util::Task<chat::Result<std::vector<Joined>>> list_of(chat::AccountId account) override {
    return truth_.list_of(account);
  }
  util::Task<chat::Result<std::optional<chat::Membership>>> membership(chat::RoomId room,
                                                                       chat::AccountId account) override {
    return truth_.membership(room, account);
  }
  util::Task<chat::Status> set_membership(chat::RoomId room, chat::AccountId account,
                                          chat::Membership membership) override {
    return truth_.set_membership(room, account, std::move(membership));
  }
  util::Task<chat::Status> update_password_hash(chat::RoomId room, std::string hash) override {
    return truth_.update_password_hash(room, std::move(hash));
  }
  util::Task<chat::Result<chat::Seq>> mark_read(chat::RoomId room, chat::AccountId account, chat::Seq seq) override {
    return truth_.mark_read(room, account, seq);
  }

 private:
  util::Task<void> drop();

  chat::RoomStore& truth_;
  redis::Client& client_;
  Invalidations& invalidations_;
  const std::string prefix_;
};

}  // namespace chillin::cache
