#include "cache/redis/invalidations.h"

#include <utility>

#include "net/loop.h"

namespace chillin::cache {

Invalidations::Invalidations(redis::Client& client) : client_(client) {
  client_.loop().post([this] { client_.add_listener(static_cast<redis::ConnectionListener*>(this)); });
}

Invalidations::~Invalidations() {
  client_.remove_listener(static_cast<redis::ConnectionListener*>(this));
}

util::Task<void> Invalidations::apply(std::string subject, const redis::Script& script, redis::ScriptCall call) {
  pending_.fetch_add(1);
  auto start = [this, &subject, &script, &call](util::Completion<util::Ok> done) {
    client_.loop().post([this, subject = std::move(subject), change = Change{&script, std::move(call)},
                         done = std::move(done)]() mutable {
      send(subject, std::move(change), [done = std::move(done)]() mutable { done(util::Ok{}); });
    });
  };
  co_await util::suspend_with<util::Ok>(std::move(start));
}

void Invalidations::send(const std::string& subject, Change change, util::UniqueFunction<void()> done) {
  redis::ScriptCall call = change.call;
  const redis::Script& script = *change.script;
  client_.eval(
      script, std::move(call),
      [this, subject, change = std::move(change), done = std::move(done)](const redis::ReplyOr& reply) mutable {
        const bool on_loop = net::Loop::current() == &client_.loop();
        if ((reply && !reply->is_error()) || !on_loop) {
          pending_.fetch_sub(1);
        } else if (!waiting_.insert_or_assign(subject, std::move(change)).second) {
          pending_.fetch_sub(1);  // it has taken the place of another
        }
        done();
      });
}

void Invalidations::on_redis_up() {
  for (auto& [subject, change] : std::exchange(waiting_, {})) send(subject, std::move(change), [] {});
}

}  // namespace chillin::cache
