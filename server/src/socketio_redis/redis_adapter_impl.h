#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "socketio/memory_adapter.h"
#include "socketio_redis/cluster_messages.h"
#include "socketio_redis/gathering.h"
#include "socketio_redis/redis_adapter.h"
#include "socketio_redis/room_interest.h"

namespace chillin::socketio {

/// Everything local is the MemoryAdapter's; this puts the other servers beside it. What comes from them is handled on
/// the Redis loop. See redis_adapter.h.
class RedisAdapter final : public Adapter,
                           public redis::ChannelListener,
                           public std::enable_shared_from_this<RedisAdapter> {
 public:
  RedisAdapter(NamespaceImpl& nsp, net::LoopGroup& loops, redis::Client& client, RedisAdapterOptions options);
  ~RedisAdapter() override;

  [[nodiscard]] const std::string& nsp_name() const noexcept override { return local_->nsp_name(); }
  void connect(Socket& socket) override { local_->connect(socket); }
  void add(Socket& socket, std::string_view room) override { local_->add(socket, room); }
  void remove(Socket& socket, std::string_view room) override { local_->remove(socket, room); }
  void remove_all(Socket& socket) override { local_->remove_all(socket); }
  [[nodiscard]] std::vector<std::string> rooms_of(Socket& socket) const override { return local_->rooms_of(socket); }

  void broadcast(Target target, engineio::EncodedPtr packet) override;
  void broadcast_with_ack(Target target, std::string event, Payload payload, util::Millis timeout,
                          Broadcast::Acks done) override;
  void send_batch(std::shared_ptr<const std::vector<Batch>> batches,
                  std::vector<util::UniqueFunction<void()>> before) override {
    local_->send_batch(std::move(batches), std::move(before));
  }
  void fetch_sockets(Target target, util::UniqueFunction<void(std::vector<RemoteSocket>)> done) override;
  void sockets_join(Target target, std::vector<std::string> rooms) override;
  void sockets_leave(Target target, std::vector<std::string> rooms) override;
  void disconnect_sockets(Target target, bool close) override;
  void server_side_emit(json::array event, util::Millis timeout, ServerAcks done) override;

  void on_published(std::string_view channel, std::string_view message) override;

 private:
  using OnResponse = std::function<void(Response)>;

  /// Whether other servers are to be told.
  [[nodiscard]] bool reaches_others(const Target& target) const { return !target.local && client_.up(); }
  [[nodiscard]] Request request(RequestType type) const;
  void tell_others(const Request& request);
  /// Begins to wait for the answers to `request`, which gets its id.
  [[nodiscard]] std::shared_ptr<Gathering> gather(Request& request, util::Millis timeout,
                                                  util::UniqueFunction<void(bool complete)> done);
  /// Asks all other servers. `gathering` hears how many servers there are (with this one if `with_own`); `on_response`
  /// is called on its loop. A message with nobody to hear it is not sent.
  void ask_others(const std::shared_ptr<Gathering>& gathering, Request request, bool with_own, OnResponse on_response);

  // Of other servers, on the Redis loop (cluster_requests.cc).
  void on_broadcast(std::string_view message);
  void on_request(std::string_view message);
  void on_response(std::string_view message);
  void answer_broadcast(Request request);
  void answer_fetch(const Request& request);
  void answer_server_event(Request request);
  void answer_membership(const Request& request);
  void respond(const Response& response);

  NamespaceImpl& nsp_;
  redis::Client& client_;
  const RedisAdapterOptions options_;
  const std::string uid_;
  const Channels channels_;
  RoomInterest interest_;
  std::shared_ptr<MemoryAdapter> local_;

  struct Asked {
    std::shared_ptr<Gathering> gathering;
    OnResponse on_response;
  };
  std::unordered_map<std::string, Asked> asked_;  ///< by request id; touched on the Redis loop only
};

}  // namespace chillin::socketio
