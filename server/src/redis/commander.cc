#include "redis/commander.h"

#include <algorithm>
#include <utility>

#include "redis/command.h"
#include "util/log.h"

namespace chillin::redis {
namespace {

const util::metrics::HistogramFamily kTimes("chillin_redis_command_duration_seconds",
                                            "From sending a command to Redis to its answer.",
                                            util::metrics::Scale::kSeconds, "command", 40);

/// "publish" of *3\r\n$7\r\nPUBLISH\r\n...; empty if it is none.
std::string name_of(std::string_view command) {
  const auto length_end = command.find("\r\n", command.find('$'));
  if (length_end == std::string_view::npos) return {};
  command.remove_prefix(length_end + 2);
  std::string name(command.substr(0, command.find("\r\n")));
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return name;
}

}  // namespace

Commander::Commander(net::Loop& loop, const Url& url, WireLimits limits, const std::string& name,
                     util::Millis ping_interval)
    : loop_(loop),
      link_(loop, url, limits, name, *this),
      ping_interval_(ping_interval),
      ping_timer_(loop, [this] { ping(); }) {}

void Commander::stop(util::UniqueFunction<void()> done) {
  ping_timer_.cancel();
  link_.stop(std::move(done));
}

util::metrics::Series Commander::time_of(std::string_view name) {
  const auto found = times_.find(name);
  if (found != times_.end()) return found->second;
  return times_.emplace(name, kTimes.of(name)).first->second;
}

void Commander::send(std::string_view command, Answer answer) {
  send_timed(command, time_of(name_of(command)), std::move(answer));
}

void Commander::send_timed(std::string_view command, util::metrics::Series time, Answer answer) {
  if (Wire* wire = link_.wire()) {
    auto look = [this, time, sent = util::metrics::now(), answer = std::move(answer)](ReplyOr reply) mutable {
      time.since(sent);
      look_at(reply);
      answer(std::move(reply));
    };
    link_.count_sent();
    return wire->send(command, std::move(look));
  }
  loop_.post([answer = std::move(answer)]() mutable { answer(away("Redis is away")); });
}

void Commander::eval(const Script& script, ScriptCall call, Answer answer) {
  const std::string command = call.wire(script, false);
  const auto time = time_of("script_" + script.name);
  auto look = [this, &script, call = std::move(call), answer = std::move(answer)](ReplyOr reply) mutable {
    if (!reply || !reply->is_error("NOSCRIPT")) return answer(std::move(reply));
    // Somebody had the server forget its scripts.
    send(call.wire(script, true), std::move(answer));
  };
  send_timed(command, time, std::move(look));
}

void Commander::prepare(const Script& script) {
  if (std::find(scripts_.begin(), scripts_.end(), &script) != scripts_.end()) return;
  scripts_.push_back(&script);
  if (Wire* wire = link_.wire()) load(*wire, script);
}

void Commander::load(Wire& wire, const Script& script) {
  Command command("SCRIPT");
  command.add("LOAD").add(script.text);
  link_.count_sent();
  wire.send(command.wire(), [&script](const ReplyOr& reply) {
    if (reply && reply->is_error()) {
      util::log_error("redis_script_refused", {{"sha", script.sha}, {"reason", reply->text}});
    }
  });
}

void Commander::on_link_up(Wire& wire) {
  // Ahead of their calls: a call that had to be repeated with its text would come behind later ones.
  for (const Script* script : scripts_) load(wire, *script);
  ping_timer_.arm(ping_interval_);
  for (ConnectionListener* listener : std::vector(listeners_)) listener->on_redis_up();
}

void Commander::on_link_down(const std::string&) {
  ping_timer_.cancel();
  for (ConnectionListener* listener : std::vector(listeners_)) listener->on_redis_down();
}

void Commander::ping() {
  Wire* wire = link_.wire();
  if (wire == nullptr) return;
  // Whoever waits for an answer notices a dead connection anyway, and a connection that speaks is not dead.
  const bool silent = loop_.now() - wire->last_received() >= ping_interval_;
  if (silent && wire->pending() == 0) {
    link_.count_sent();
    wire->send(Command("PING").wire(), Answer([](const ReplyOr&) {}));
  }
  ping_timer_.arm(ping_interval_);
}

void Commander::look_at(const ReplyOr& reply) {
  if (!reply || !reply->is_error()) return;
  if (reply->is_error("READONLY") || reply->is_error("MASTERDOWN")) link_.renew("it is not the master (any more)");
}

void Commander::add_listener(ConnectionListener* listener) {
  listeners_.push_back(listener);
  if (link_.wire() != nullptr) listener->on_redis_up();
}

void Commander::remove_listener(ConnectionListener* listener) {
  std::erase(listeners_, listener);
}

}  // namespace chillin::redis
