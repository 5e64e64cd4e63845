#include "redis/link.h"

#include <chrono>
#include <cstring>
#include <utility>

#include "util/crypto.h"
#include "util/log.h"

namespace chillin::redis {
namespace {

constexpr util::Millis kFirstWait{50};
constexpr util::Millis kLongestWait{1'000};
// A connection that lived so long was a good one: the next attempt comes soon again.
constexpr std::chrono::seconds kGoodLife{5};

std::uint64_t random_seed() {
  std::uint64_t seed = 0;
  const std::string bytes = util::random_bytes(sizeof seed);
  std::memcpy(&seed, bytes.data(), sizeof seed);
  return seed;
}

}  // namespace

Link::Link(net::Loop& loop, const Url& url, WireLimits limits, const std::string& name, LinkHandler& handler)
    : loop_(loop),
      dialer_(loop, url, limits, name),
      name_(name),
      handler_(handler),
      backoff_(kFirstWait, kLongestWait, random_seed()),
      timer_(loop, [this] {
        if (sleeping_) (*std::exchange(sleeping_, std::nullopt))(util::Ok{});
      }) {}

void Link::start() {
  running_ = true;
  util::spawn(run());
}

void Link::stop(util::UniqueFunction<void()> done) {
  stopping_ = true;
  if (!running_) return loop_.post(std::move(done));
  stopped_ = std::move(done);
  timer_.cancel();
  if (sleeping_) (*std::exchange(sleeping_, std::nullopt))(util::Ok{});
  if (wire_) wire_->close("the program ends");
}

void Link::renew(const std::string& why) {
  if (wire_) wire_->close(why);
}

util::Task<void> Link::run() {
  while (!stopping_) {
    auto dialled = co_await dialer_.dial();
    if (!dialled) {
      note(false, dialled.error().detail);
      co_await sleep(backoff_.next());
      continue;
    }
    wire_ = *std::move(dialled);
    if (stopping_) {
      wire_->close("the program ends");
      break;
    }
    note(true, {});
    const auto since = loop_.now();
    handler_.on_link_up(*wire_);
    const std::string why = co_await until_closed(wire_);
    wire_.reset();
    if (stopping_) break;
    note(false, why);
    handler_.on_link_down(why);
    if (loop_.now() - since >= kGoodLife) backoff_.reset();
    co_await sleep(backoff_.next());
  }
  wire_.reset();
  running_ = false;
  if (stopped_) loop_.post(std::exchange(stopped_, nullptr));
}

util::Task<void> Link::sleep(util::Millis delay) {
  if (stopping_) co_return;
  auto start = [this, delay](util::Completion<util::Ok> done) {
    sleeping_.emplace(std::move(done));
    timer_.arm(delay);
  };
  co_await util::suspend_with<util::Ok>(std::move(start));
}

util::Task<std::string> Link::until_closed(std::shared_ptr<Wire> wire) {
  auto start = [&wire](util::Completion<std::string> done) {
    wire->set_close_handler([done = std::move(done)](std::string why) mutable { done(std::move(why)); });
  };
  co_return co_await util::suspend_with<std::string>(std::move(start));
}

void Link::note(bool up, const std::string& error) {
  bool news = false;
  {
    const std::lock_guard lock(mutex_);
    news = state_.up != up || state_.error != error;
    state_.up = up;
    state_.error = error;
    if (up) ++state_.connects;
  }
  up_.store(up, std::memory_order_relaxed);
  if (!news) return;  // an outage is logged once for each reason, not once for each attempt
  if (up) {
    util::log_info("redis_up", {{"link", name_}, {"server", dialer_.url().to_string()}});
  } else {
    util::log_warn("redis_down", {{"link", name_}, {"server", dialer_.url().to_string()}, {"reason", error}});
  }
}

LinkState Link::state() const {
  const std::lock_guard lock(mutex_);
  LinkState state = state_;
  state.sent = sent_.load(std::memory_order_relaxed);
  return state;
}

}  // namespace chillin::redis
