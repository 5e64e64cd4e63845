#include "presence/redis/redis_rate_limiter.h"

#include <chrono>
#include <utility>

namespace chillin::presence {
namespace {

// KEYS: the list of times (microseconds, oldest first). ARGV: count, window in microseconds, now or "" for Redis's own
// time. Returns 0, or the milliseconds to wait.
const redis::Script kTake(R"lua(
local count, window, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local life = math.ceil(window / 1000)
if now then
  life = life + 60000  -- a test's clock goes slower than the one by which keys expire
else
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000000 + tonumber(time[2])
end
-- The use that has to be out of the window before another one fits.
local earliest = redis.call('LINDEX', KEYS[1], -count)
if earliest and tonumber(earliest) > now - window then
  return math.ceil((tonumber(earliest) + window - now) / 1000)
end
redis.call('RPUSH', KEYS[1], string.format('%.0f', now))
redis.call('LTRIM', KEYS[1], -count, -1)
redis.call('PEXPIRE', KEYS[1], life)
return 0
)lua",
                          "rate_limit");

}  // namespace

RedisRateLimiter::RedisRateLimiter(redis::Client& client, const util::Clock* clock, std::string key_prefix)
    : client_(client),
      clock_(clock),
      prefix_(std::move(key_prefix) + "ratelimit:"),
      local_(clock != nullptr ? *clock : util::system_clock()) {
  client_.prepare(kTake);
}

util::Task<std::int64_t> RedisRateLimiter::take(std::string key, chat::RateLimit limit) {
  if (limit.count <= 0 || limit.window.count() <= 0) co_return 0;
  if (client_.up()) {
    redis::ScriptCall call;
    call.key(prefix_ + key).arg(limit.count);
    call.arg(std::chrono::microseconds(limit.window).count());
    if (clock_ != nullptr) {
      const auto now = clock_->steady().time_since_epoch();
      call.arg(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
    } else {
      call.arg("");
    }
    const auto reply = co_await client_.call(kTake, std::move(call));
    if (reply && reply->is_integer()) co_return reply->integer;
  }
  co_return co_await local_.take(std::move(key), limit);
}

}  // namespace chillin::presence
