#include "redis/wire.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace chillin::redis {

namespace {
constexpr std::size_t kFeedBytes = 4 * 1024;
}  // namespace

Wire::Wire(Private, net::Loop& loop, WireLimits limits)
    : loop_(loop), limits_(limits), timer_(loop, [this] { on_timer(); }), last_received_(loop.now()) {}

Wire::~Wire() {
  if (stream_ != nullptr) stream_->close();
}

util::Task<Wire::Opened> Wire::open(net::Loop& loop, WireLimits limits, SocketAddress address,
                                    std::unique_ptr<TlsFilter> tls) {
  auto wire = std::make_shared<Wire>(Private{}, loop, limits);
  std::string why;
  wire->stream_ = Stream::connect(loop.impl(), address, std::move(tls), *wire, why);
  if (wire->stream_ == nullptr) co_return away(why);
  // What it resumes with: nothing, or why there is no connection.
  using Failure = std::optional<std::string>;
  auto start = [&wire](util::Completion<Failure> done) {
    wire->opening_.emplace(std::move(done));
    wire->timer_.arm(wire->limits_.connect_timeout);
  };
  Failure failure = co_await util::suspend_with<Failure>(std::move(start));
  if (failure) co_return away(*std::move(failure));
  co_return wire;
}

void Wire::on_open() {
  timer_.cancel();
  if (opening_) (*std::exchange(opening_, std::nullopt))(std::nullopt);
}

void Wire::send(std::string_view command, Answer answer) {
  if (stream_ == nullptr || queued_bytes() + command.size() > limits_.max_queued_bytes) {
    const char* why = stream_ == nullptr ? "the connection to Redis has ended" : "too much waits for Redis";
    loop_.post([answer = std::move(answer), why]() mutable { answer(away(why)); });
    return;
  }
  stream_->send(command);
  pending_.push_back({std::move(answer), std::chrono::steady_clock::now() + limits_.reply_timeout});
  if (!timer_.armed()) timer_.arm(limits_.reply_timeout);
}

util::Task<ReplyOr> Wire::ask(std::string command) {
  auto start = [this, &command](util::Completion<ReplyOr> done) {
    send(command, [done = std::move(done)](ReplyOr reply) mutable { done(std::move(reply)); });
  };
  co_return co_await util::suspend_with<ReplyOr>(std::move(start));
}

void Wire::post(std::string_view command) {
  if (stream_ != nullptr) stream_->send(command);
}

void Wire::set_close_handler(util::UniqueFunction<void(std::string)> handler) {
  on_close_ = std::move(handler);
  if (!ended_because_) return;
  loop_.post([self = shared_from_this()] {
    if (self->on_close_) std::exchange(self->on_close_, nullptr)(*self->ended_because_);
  });
}

void Wire::on_bytes(std::string_view bytes) {
  const auto self = shared_from_this();
  last_received_ = loop_.now();
  // hiredis moves what is left to the front of its buffer after every KiB that it has read: little by little, or the
  // moving costs more than the reading.
  while (!bytes.empty() && stream_ != nullptr) {
    reader_.feed(bytes.substr(0, kFeedBytes));
    bytes.remove_prefix(std::min(kFeedBytes, bytes.size()));
    handle_replies();
  }
}

void Wire::handle_replies() {
  while (stream_ != nullptr) {
    auto next = reader_.next();
    if (!next) return close(next.error().detail);
    if (!next->has_value()) return;
    if (on_push_) {
      on_push_(**std::move(next));
    } else if (pending_.empty()) {
      return close("an answer that nobody asked for");
    } else {
      Answer answer = std::move(pending_.front().answer);
      pending_.pop_front();
      answer(**std::move(next));
    }
  }
}

void Wire::on_timer() {
  if (opening_) return close("no connection in time");
  if (pending_.empty()) return;
  const auto now = std::chrono::steady_clock::now();
  const auto deadline = pending_.front().deadline;
  if (deadline > now) return timer_.arm(std::chrono::ceil<util::Millis>(deadline - now));
  close("no answer within " + std::to_string(limits_.reply_timeout.count()) + " ms");
}

void Wire::close(std::string why) {
  if (stream_ == nullptr) return;
  std::exchange(stream_, nullptr)->close();
  ended(std::move(why));
}

void Wire::on_closed(const std::string& why) {
  stream_ = nullptr;
  ended(why);
}

void Wire::ended(std::string why) {
  const auto self = weak_from_this().lock();  // an answer may let go of this
  timer_.cancel();
  ended_because_ = why;
  if (opening_) {
    (*std::exchange(opening_, std::nullopt))(why);
    return;
  }
  for (Pending& pending : std::exchange(pending_, {})) pending.answer(away(why));
  if (on_close_) std::exchange(on_close_, nullptr)(why);
}

}  // namespace chillin::redis
