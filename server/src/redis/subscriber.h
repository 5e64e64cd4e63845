#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "redis/link.h"
#include "redis/reply.h"

namespace chillin::redis {

/// Hears what is published on channels; on the Redis loop.
class ChannelListener {
 public:
  virtual ~ChannelListener() = default;
  virtual void on_published(std::string_view channel, std::string_view message) = 0;
  /// Every channel is subscribed to again after the connection was lost (or came up for the first time): what was
  /// published in between has been missed.
  virtual void on_resubscribed() {}
  virtual void on_subscriptions_lost() {}
};

/// Told once whether a channel is subscribed to now; false: the connection is away (it will be, when that is back).
[[nodiscard]] inline bool not_subscribed() {
  return false;
}
using Subscribed = Once<bool, not_subscribed>;

/// The connection that Pub/Sub messages come over: a connection in push mode can send nothing else, so it has one of
/// its own. Keeps the set of channels, and subscribes to all of it again after a reconnect. One dummy channel stays
/// subscribed always, so that the connection never falls out of push mode and PING is answered in one form.
///
/// Changes of one turn of the loop go out together, up to 500 channels a command. Confined to: its Loop. Owner: Client.
class Subscriber final : private LinkHandler {
 public:
  Subscriber(net::Loop& loop, const Url& url, WireLimits limits, const std::string& name, util::Millis ping_interval);

  void start() { link_.start(); }
  void stop(util::UniqueFunction<void()> done);

  /// A listener hears a channel once however often it subscribes; one unsubscribe() ends it.
  void subscribe(std::string channel, ChannelListener* listener, Subscribed done);
  void unsubscribe(const std::string& channel, ChannelListener* listener);
  void add_listener(ChannelListener* listener);
  /// Ends all its subscriptions as well.
  void remove_listener(ChannelListener* listener);

  [[nodiscard]] std::size_t channels() const noexcept { return channels_.size(); }
  [[nodiscard]] const Link& link() const noexcept { return link_; }

 private:
  struct Channel {
    std::vector<ChannelListener*> listeners;
    std::vector<Subscribed> waiting;
    std::size_t unanswered = 0;  ///< commands about it that the server has not confirmed
    bool asked = false;          ///< what the last of them said: subscribe or not
    bool changed = false;        ///< stands in changed_
  };
  using Channels = std::unordered_map<std::string, Channel>;

  void on_link_up(Wire& wire) override;
  void on_link_down(const std::string& why) override;
  void on_push(const Reply& reply);
  void on_confirmed(const std::string& channel);
  void on_timer();
  void mark_changed(Channels::value_type& entry);
  void send_changes();
  void send_channels(const char* command, const std::vector<const std::string*>& names);

  net::Loop& loop_;
  Link link_;
  const util::Millis ping_interval_;
  const util::Millis answer_within_;
  net::Timer timer_;
  std::optional<util::SteadyTime> pinged_;  ///< when it was asked whether it lives
  std::uint64_t round_ = 0;                 ///< counts connections; a PING with it tells when all channels are back
  bool complete_ = false;
  Channels channels_;
  std::vector<std::string> changed_;
  std::vector<ChannelListener*> listeners_;
};

}  // namespace chillin::redis
