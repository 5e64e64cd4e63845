#include "redis/client.h"

#include <pthread.h>

#include <future>
#include <memory>
#include <utility>
#include <vector>

namespace chillin::redis {
namespace {

ReplyOr error_as_error(ReplyOr reply) {
  if (reply && reply->is_error()) return util::Error{util::Error::Code::kInternal, std::move(reply->text), false};
  return reply;
}

}  // namespace

Client::Client(Options options)
    : commander_(loop_, options.url, options.limits, options.name + "-commands", options.ping_interval),
      subscriber_(loop_, options.url, options.limits, options.name + "-subscriptions", options.ping_interval),
      thread_([this] {
        pthread_setname_np(pthread_self(), "redis");
        loop_.run();
      }) {
  loop_.post([this] {
    commander_.start();
    subscriber_.start();
  });
}

Client::~Client() {
  stop();
}

void Client::stop() {
  if (stopped_.exchange(true)) return;
  loop_.post([this] {
    auto left = std::make_shared<int>(2);
    const auto one_stopped = [this, left] {
      if (--*left == 0) loop_.stop();
    };
    commander_.stop(one_stopped);
    subscriber_.stop(one_stopped);
  });
  thread_.join();
}

void Client::send(const Command& command, Answer answer) {
  loop_.post([this, wire = command.wire(), answer = std::move(answer)]() mutable {
    commander_.send(wire, std::move(answer));
  });
}

void Client::eval(const Script& script, ScriptCall call, Answer answer) {
  loop_.post([this, &script, call = std::move(call), answer = std::move(answer)]() mutable {
    commander_.eval(script, std::move(call), std::move(answer));
  });
}

util::Task<ReplyOr> Client::execute(Command command) {
  auto start = [this, &command](util::Completion<ReplyOr> done) {
    send(command, [done = std::move(done)](ReplyOr reply) mutable { done(error_as_error(std::move(reply))); });
  };
  co_return co_await util::suspend_with<ReplyOr>(std::move(start));
}

util::Task<ReplyOr> Client::call(const Script& script, ScriptCall call) {
  auto start = [this, &script, &call](util::Completion<ReplyOr> done) {
    eval(script, std::move(call),
         [done = std::move(done)](ReplyOr reply) mutable { done(error_as_error(std::move(reply))); });
  };
  co_return co_await util::suspend_with<ReplyOr>(std::move(start));
}

void Client::prepare(const Script& script) {
  loop_.post([this, &script] { commander_.prepare(script); });
}

void Client::publish(std::string_view channel, std::string_view message, Answer answer) {
  Command command("PUBLISH");
  command.add(channel).add(message);
  send(command, std::move(answer));
}

void Client::publish(std::span<const Publication> batch, BatchAnswer answered) {
  std::vector<std::string> wires;
  wires.reserve(batch.size());
  for (const Publication& each : batch) {
    Command command("PUBLISH");
    command.add(each.channel).add(each.message);
    wires.push_back(command.wire());
  }
  loop_.post([this, wires = std::move(wires), answered = std::make_shared<const BatchAnswer>(std::move(answered))] {
    for (std::size_t i = 0; i < wires.size(); ++i) {
      commander_.send(wires[i], [answered, i](const ReplyOr& reply) { (*answered)(i, reply); });
    }
  });
}

void Client::subscribe(std::string channel, ChannelListener* listener, Subscribed done) {
  loop_.post([this, channel = std::move(channel), listener, done = std::move(done)]() mutable {
    subscriber_.subscribe(std::move(channel), listener, std::move(done));
  });
}

void Client::unsubscribe(std::string channel, ChannelListener* listener) {
  loop_.post([this, channel = std::move(channel), listener] { subscriber_.unsubscribe(channel, listener); });
}

// On the Redis loop at once: who adds itself there and is removed in the next turn must not be added after that.
void Client::add_listener(ConnectionListener* listener) {
  if (net::Loop::current() == &loop_) return commander_.add_listener(listener);
  loop_.post([this, listener] { commander_.add_listener(listener); });
}

void Client::add_listener(ChannelListener* listener) {
  if (net::Loop::current() == &loop_) return subscriber_.add_listener(listener);
  loop_.post([this, listener] { subscriber_.add_listener(listener); });
}

void Client::run_on_loop(util::UniqueFunction<void()> fn) {
  if (stopped_ || net::Loop::current() == &loop_) return fn();
  auto ran = std::make_shared<std::promise<void>>();
  auto future = ran->get_future();
  // If the loop stops meanwhile the promise is dropped with the post, which ends the wait as well.
  loop_.post([fn = std::move(fn), ran = std::move(ran)]() mutable {
    fn();
    ran->set_value();
  });
  future.wait();
}

void Client::remove_listener(ConnectionListener* listener) {
  run_on_loop([this, listener] { commander_.remove_listener(listener); });
}

void Client::remove_listener(ChannelListener* listener) {
  run_on_loop([this, listener] { subscriber_.remove_listener(listener); });
}

}  // namespace chillin::redis
