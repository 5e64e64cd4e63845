#include "redis/subscriber.h"

#include <algorithm>
#include <utility>

#include "redis/command.h"

namespace chillin::redis {
namespace {

constexpr std::size_t kChannelsPerCommand = 500;
constexpr const char* kDummyChannel = "chillin:stay-in-push-mode";

}  // namespace

Subscriber::Subscriber(net::Loop& loop, const Url& url, WireLimits limits, const std::string& name,
                       util::Millis ping_interval)
    : loop_(loop),
      link_(loop, url, limits, name, *this),
      ping_interval_(ping_interval),
      answer_within_(limits.reply_timeout),
      timer_(loop, [this] { on_timer(); }) {}

void Subscriber::stop(util::UniqueFunction<void()> done) {
  timer_.cancel();
  for (auto& [name, channel] : channels_) channel.waiting.clear();  // which answers them
  link_.stop(std::move(done));
}

void Subscriber::subscribe(std::string channel, ChannelListener* listener, Subscribed done) {
  auto& entry = *channels_.try_emplace(std::move(channel)).first;
  Channel& state = entry.second;
  if (std::find(state.listeners.begin(), state.listeners.end(), listener) == state.listeners.end()) {
    state.listeners.push_back(listener);
  }
  if (!state.asked) mark_changed(entry);
  if (!done) return;
  if (link_.wire() == nullptr) return loop_.post([done = std::move(done)]() mutable { done(false); });
  if (state.asked && state.unanswered == 0) return loop_.post([done = std::move(done)]() mutable { done(true); });
  state.waiting.push_back(std::move(done));
}

void Subscriber::unsubscribe(const std::string& channel, ChannelListener* listener) {
  const auto it = channels_.find(channel);
  if (it == channels_.end()) return;
  std::erase(it->second.listeners, listener);
  if (it->second.listeners.empty()) mark_changed(*it);
}

void Subscriber::add_listener(ChannelListener* listener) {
  listeners_.push_back(listener);
  if (complete_) listener->on_resubscribed();
}

void Subscriber::remove_listener(ChannelListener* listener) {
  std::erase(listeners_, listener);
  for (auto& entry : channels_) {
    if (std::erase(entry.second.listeners, listener) > 0 && entry.second.listeners.empty()) mark_changed(entry);
  }
}

void Subscriber::mark_changed(Channels::value_type& entry) {
  if (entry.second.changed) return;
  entry.second.changed = true;
  if (changed_.empty()) loop_.post([this] { send_changes(); });
  changed_.push_back(entry.first);
}

void Subscriber::send_changes() {
  std::vector<const std::string*> added;
  std::vector<const std::string*> removed;
  const std::vector<std::string> changed = std::exchange(changed_, {});
  for (const std::string& name : changed) {
    const auto it = channels_.find(name);
    if (it == channels_.end()) continue;
    Channel& channel = it->second;
    channel.changed = false;
    const bool wanted = !channel.listeners.empty();
    if (link_.wire() == nullptr) {
      if (!wanted) channels_.erase(it);
      continue;
    }
    if (wanted == channel.asked) {
      if (channel.unanswered == 0) on_confirmed(name);
      continue;
    }
    channel.asked = wanted;
    ++channel.unanswered;
    (wanted ? added : removed).push_back(&it->first);
  }
  send_channels("SUBSCRIBE", added);
  send_channels("UNSUBSCRIBE", removed);
}

void Subscriber::send_channels(const char* command, const std::vector<const std::string*>& names) {
  Wire* wire = link_.wire();
  for (std::size_t i = 0; wire != nullptr && i < names.size(); i += kChannelsPerCommand) {
    Command c(command);
    for (std::size_t j = i; j < std::min(names.size(), i + kChannelsPerCommand); ++j) c.add(*names[j]);
    link_.count_sent();
    wire->post(c.wire());
  }
}

void Subscriber::on_link_up(Wire& wire) {
  wire.set_push_handler([this](const Reply& reply) { on_push(reply); });
  link_.count_sent();
  wire.post(Command("SUBSCRIBE").add(kDummyChannel).wire());
  std::vector<const std::string*> names;
  for (auto it = channels_.begin(); it != channels_.end();) {
    Channel& channel = it->second;
    if (channel.listeners.empty()) {
      it = channels_.erase(it);
      continue;
    }
    channel.asked = true;
    channel.unanswered = 1;
    names.push_back(&it->first);
    ++it;
  }
  send_channels("SUBSCRIBE", names);
  // Answered behind all of them.
  link_.count_sent();
  wire.post(Command("PING").add(++round_).wire());
  pinged_ = loop_.now();
  timer_.arm(answer_within_);
}

void Subscriber::on_link_down(const std::string&) {
  timer_.cancel();
  std::vector<Subscribed> waiting;
  for (auto& [name, channel] : channels_) {
    channel.asked = false;
    channel.unanswered = 0;
    for (Subscribed& done : channel.waiting) waiting.push_back(std::move(done));
    channel.waiting.clear();
  }
  const bool was_complete = std::exchange(complete_, false);
  for (Subscribed& done : waiting) done(false);
  if (!was_complete) return;
  for (ChannelListener* listener : std::vector(listeners_)) listener->on_subscriptions_lost();
}

void Subscriber::on_push(const Reply& reply) {
  if (!reply.is_array() || reply.elements.empty()) {
    return link_.renew(reply.is_error() ? reply.text : "an answer that is no push");
  }
  const std::string& kind = reply.elements[0].text;
  if (kind == "message" && reply.elements.size() == 3) {
    const auto it = channels_.find(reply.elements[1].text);
    if (it == channels_.end()) return;
    // A listener that wants out says so by a post, so the list stays as it is.
    for (ChannelListener* listener : it->second.listeners) {
      listener->on_published(reply.elements[1].text, reply.elements[2].text);
    }
  } else if ((kind == "subscribe" || kind == "unsubscribe") && reply.elements.size() == 3) {
    on_confirmed(reply.elements[1].text);
  } else if (kind == "pong" && reply.elements.size() == 2) {
    if (complete_ || reply.elements[1].text != std::to_string(round_)) return;
    complete_ = true;
    for (ChannelListener* listener : std::vector(listeners_)) listener->on_resubscribed();
  }
}

void Subscriber::on_confirmed(const std::string& name) {
  const auto it = channels_.find(name);
  if (it == channels_.end()) return;
  Channel& channel = it->second;
  if (channel.unanswered > 0) --channel.unanswered;
  if (channel.unanswered > 0 || channel.changed) return;
  if (channel.listeners.empty()) {
    channels_.erase(it);
    return;
  }
  for (Subscribed& done : std::exchange(channel.waiting, {})) done(true);
}

void Subscriber::on_timer() {
  Wire* wire = link_.wire();
  if (wire == nullptr) return;
  if (pinged_ && wire->last_received() < *pinged_) {
    return link_.renew("silent for " + std::to_string(answer_within_.count()) + " ms");
  }
  pinged_.reset();
  if (loop_.now() - wire->last_received() < ping_interval_) return timer_.arm(ping_interval_);
  pinged_ = loop_.now();
  link_.count_sent();
  wire->post(Command("PING").wire());
  timer_.arm(answer_within_);
}

}  // namespace chillin::redis
