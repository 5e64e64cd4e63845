#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "chat/service.h"
#include "gateway/device.h"
#include "gateway/json_in.h"
#include "gateway/socket_delivery.h"
#include "socketio/namespace.h"
#include "util/clock.h"
#include "util/metrics.h"
#include "util/task.h"

namespace chillin::gateway {

/// One event that is being answered.
struct Call {
  socketio::SocketPtr socket;
  DevicePtr device;
  socketio::Ack ack;
  std::size_t event = 0;  ///< event_number()
  util::metrics::Time arrived;
};

/// What a successful event is answered with: the acknowledgement's result, then events to the same socket, in one
/// write.
struct Reply {
  std::string result_json;
  struct Then {
    std::string_view event;
    std::string args;
  };
  std::vector<Then> then;
};

/// The table event name -> use case. Events are parsed on the socket's loop before anything is awaited; what a use case
/// returns becomes the acknowledgement.
///
/// Owner: app; outlives the namespace's sockets. Thread-safe: its state is per socket, but for two atomics.
class SocketGateway {
 public:
  SocketGateway(chat::Service& service, SocketDelivery& delivery) : service_(service), delivery_(delivery) {}

  /// Registers middleware and events. Once, before the server listens.
  void attach(socketio::Namespace& nsp);

  /// From now on every event that would store something is answered UNAVAILABLE. Thread-safe.
  void drain(std::int64_t retry_after_ms) { draining_ms_.store(retry_after_ms); }
  /// Events that take so long are logged; 0: none. Once, before the server listens.
  void log_slower_than(util::Millis limit) noexcept { slow_ = limit; }
  /// Events that have not been answered yet. Thread-safe.
  [[nodiscard]] std::int64_t in_flight() const noexcept { return in_flight_.load(); }

 private:
  using Work = util::Task<chat::Result<Reply>>;
  using Parse = Work (SocketGateway::*)(Call&, const json::value* arg, std::optional<chat::Error>& error);

  void on(socketio::Namespace& nsp, std::string_view event, Parse parse, bool stores);
  util::Task<void> answer(std::string_view event, Call call, Work work);
  void log_answer(std::string_view event, const Call& call, const chat::Error* refused, util::Millis took) const;

  util::Task<void> admit(socketio::SocketPtr socket, socketio::Next next, std::string token);
  void connected(const socketio::SocketPtr& socket);
  void disconnected(socketio::Socket& socket);

  // Parsers: read the payload now (it does not outlive the call), then return the work; on an error they set it.
  Work join(Call& call, const json::value* arg, std::optional<chat::Error>& error);
  Work leave(Call& call, const json::value* arg, std::optional<chat::Error>& error);
  Work send_message(Call& call, const json::value* arg, std::optional<chat::Error>& error);
  Work start_typing(Call& call, const json::value* arg, std::optional<chat::Error>& error);
  Work stop_typing(Call& call, const json::value* arg, std::optional<chat::Error>& error);
  Work load_history(Call& call, const json::value* arg, std::optional<chat::Error>& error);
  Work sync(Call& call, const json::value* arg, std::optional<chat::Error>& error);
  Work edit_message(Call& call, const json::value* arg, std::optional<chat::Error>& error);
  Work delete_message(Call& call, const json::value* arg, std::optional<chat::Error>& error);
  Work react(Call& call, const json::value* arg, std::optional<chat::Error>& error);
  Work mark_read(Call& call, const json::value* arg, std::optional<chat::Error>& error);
  Work set_status(Call& call, const json::value* arg, std::optional<chat::Error>& error);

  // The coroutines behind the longer ones.
  struct JoinArgs;
  struct SendArgs;
  Work run_join(socketio::SocketPtr socket, DevicePtr device, JoinArgs args);
  Work run_send(socketio::SocketPtr socket, DevicePtr device, SendArgs args);
  /// Subscribes the device to a room it is in, with the feed live; on an error it is not subscribed.
  util::Task<chat::Status> subscribe(socketio::SocketPtr socket, DevicePtr device, std::string room, chat::RoomId id);
  void unsubscribe(socketio::Socket& socket, Device& device, const std::string& room);
  void reachable_as(socketio::Socket& socket, Device& device, const chat::Identity& who);

  chat::Service& service_;
  SocketDelivery& delivery_;
  util::Millis slow_{0};
  std::atomic<std::int64_t> in_flight_{0};
  std::atomic<std::int64_t> draining_ms_{-1};
};

}  // namespace chillin::gateway
