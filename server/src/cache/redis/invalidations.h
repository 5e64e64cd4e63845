#pragma once

#include <atomic>
#include <cstddef>
#include <map>
#include <string>

#include "redis/client.h"
#include "util/task.h"

namespace chillin::cache {

/// Changes of the cache that must not be lost: what Redis did not take is sent again as soon as it is back, before
/// anybody of this server reads there. Owner: app; the client is stopped before it is destroyed. Thread-safe.
class Invalidations final : public redis::ConnectionListener {
 public:
  explicit Invalidations(redis::Client& client);
  ~Invalidations() override;
  Invalidations(const Invalidations&) = delete;
  Invalidations& operator=(const Invalidations&) = delete;

  /// Calls the script, now or later; resumes when Redis has answered or cannot. A later change of the same `subject`
  /// takes the place of one that waits.
  [[nodiscard]] util::Task<void> apply(std::string subject, const redis::Script& script, redis::ScriptCall call);

  /// Whether something waits: then what the cache says may be out of date, and it is not to be asked.
  [[nodiscard]] bool pending() const noexcept { return pending_.load() > 0; }

  void on_redis_up() override;
  void on_redis_down() override {}

 private:
  struct Change {
    const redis::Script* script;
    redis::ScriptCall call;
  };
  void send(const std::string& subject, Change change, util::UniqueFunction<void()> done);

  redis::Client& client_;
  std::map<std::string, Change> waiting_;  ///< by subject; on the Redis loop
  std::atomic<std::size_t> pending_{0};    ///< sent and not answered well, or waiting
};

}  // namespace chillin::cache
