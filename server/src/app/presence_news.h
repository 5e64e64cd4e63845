#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "presence/redis/redis_presence.h"

namespace chillin::chat {
struct Service;
}
namespace chillin::net {
class LoopGroup;
}

namespace chillin::app {

/// Tells the rooms of this server what presence learnt by itself: who has gone with a dead server, and what the lists
/// are after Redis was away. Thread-safe.
class PresenceNews final : public presence::PresenceWatcher {
 public:
  /// Before that nothing is told: there is nobody yet.
  void attach(chat::Service& service, net::LoopGroup& loops);
  void detach();

  void on_departed(std::vector<presence::Departure> departures) override;
  void on_restored(std::vector<std::string> rooms) override;

 private:
  std::mutex mutex_;
  chat::Service* service_ = nullptr;  // guarded by mutex_
  net::LoopGroup* loops_ = nullptr;   // guarded by mutex_
};

}  // namespace chillin::app
