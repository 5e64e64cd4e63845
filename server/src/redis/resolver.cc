#include "redis/resolver.h"

#include <netdb.h>

#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace chillin::redis {
namespace {

using Found = util::Result<std::vector<SocketAddress>>;

Found look_up(const Endpoint& endpoint, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &list);
  if (error != 0) {
    return util::Error{util::Error::Code::kUnavailable, endpoint.host + ": " + ::gai_strerror(error), true};
  }
  std::vector<SocketAddress> addresses;
  for (const addrinfo* a = list; a != nullptr; a = a->ai_next) {
    SocketAddress& address = addresses.emplace_back();
    std::memcpy(&address.storage, a->ai_addr, a->ai_addrlen);
    address.size = a->ai_addrlen;
  }
  ::freeaddrinfo(list);
  return addresses;
}

/// One look-up, ended by its thread or by its timer, whichever comes first.
class LookUp {
 public:
  explicit LookUp(util::Completion<Found> done) : done_(std::move(done)) {}
  /// Under the lock also the completion's post: once the timer has won, the loop may go away.
  void finish(Found found) {
    const std::lock_guard lock(mutex_);
    if (done_) (*std::exchange(done_, std::nullopt))(std::move(found));
  }

 private:
  std::mutex mutex_;
  std::optional<util::Completion<Found>> done_;
};

}  // namespace

util::Task<Found> resolve(net::Loop& loop, Endpoint endpoint, util::Millis timeout) {
  if (Found numeric = look_up(endpoint, AI_NUMERICHOST)) co_return numeric;
  const std::string host = endpoint.host;
  std::shared_ptr<LookUp> look_up_state;
  net::Timer timer(loop, [&look_up_state, &host] {
    look_up_state->finish(
        util::Error{util::Error::Code::kUnavailable, host + ": the name server does not answer", true});
  });
  auto start = [&look_up_state, &timer, &endpoint, timeout](util::Completion<Found> done) {
    look_up_state = std::make_shared<LookUp>(std::move(done));
    timer.arm(timeout);
    try {
      std::thread([state = look_up_state, endpoint] { state->finish(look_up(endpoint, 0)); }).detach();
    } catch (const std::system_error& e) {
      look_up_state->finish(util::Error{util::Error::Code::kUnavailable, e.what(), true});
    }
  };
  co_return co_await util::suspend_with<Found>(std::move(start));
}

}  // namespace chillin::redis
