#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/loop.h"
#include "socketio/adapter.h"
#include "socketio/namespace_impl.h"
#include "socketio/rooms.h"

namespace chillin::socketio {

/// The adapter of one server: rooms per loop, each touched by its loop only, so that there is no lock. A broadcast
/// reaches the other loops by one post each; on the loop that sends it, it is delivered at once, as with the reference
/// server (io.to(room).emit("a"); socket.emit("b") arrive in that order), unless an earlier one still waits in that
/// loop's queue.
class MemoryAdapter final : public Adapter, public std::enable_shared_from_this<MemoryAdapter> {
 public:
  /// `watcher`: null, or told by each loop which names (of rooms, and ids) reach somebody there; it outlives this.
  MemoryAdapter(NamespaceImpl& nsp, net::LoopGroup& loops, RoomWatcher* watcher = nullptr);

  [[nodiscard]] const std::string& nsp_name() const noexcept override { return nsp_name_; }
  void connect(Socket& socket) override;
  void add(Socket& socket, std::string_view room) override;
  void remove(Socket& socket, std::string_view room) override;
  void remove_all(Socket& socket) override;
  [[nodiscard]] std::vector<std::string> rooms_of(Socket& socket) const override;

  void broadcast(Target target, engineio::EncodedPtr packet) override;
  void broadcast_with_ack(Target target, std::string event, Payload payload, util::Millis timeout,
                          Broadcast::Acks done) override;
  void send_batch(std::shared_ptr<const std::vector<Batch>> batches,
                  std::vector<util::UniqueFunction<void()>> before) override;
  void fetch_sockets(Target target, util::UniqueFunction<void(std::vector<RemoteSocket>)> done) override;
  void sockets_join(Target target, std::vector<std::string> rooms) override;
  void sockets_leave(Target target, std::vector<std::string> rooms) override;
  void disconnect_sockets(Target target, bool close) override;
  void server_side_emit(json::array event, util::Millis timeout, ServerAcks done) override;

  /// What becomes of a broadcast that asks for acknowledgements; on the asking loop.
  struct AckSink {
    std::function<void(std::size_t)> recipients;               ///< once: how many there are
    std::function<void(const char* error, Payload)> answered;  ///< once for each; `error` as Socket::AckHandler has it
  };
  /// broadcast_with_ack, told step by step.
  void ask(const Target& target, std::string_view event, const Payload& payload, util::Millis timeout, AckSink sink);

  /// The caller's loop; where there is none, the first.
  [[nodiscard]] net::Loop& origin();

 private:
  /// One a loop, touched by that loop only.
  struct alignas(64) LoopState {
    explicit LoopState(RoomWatcher* watcher) : rooms(watcher) {}
    Rooms rooms;
    std::size_t own_posts = 0;  ///< posts of this loop to itself that have not run yet
  };

  [[nodiscard]] LoopState& state_of(Socket& socket) const;
  /// Posts `f` to loop `i`; keeps count when that is the caller's own.
  template <class F>
  void post(std::size_t i, F f);
  /// Runs f(LoopState&) on every loop: on the caller's own at once where the order allows, on the others by a post.
  template <class F>
  void on_each_loop(const F& f);
  /// Sockets that match, held so that what is done to one may end another.
  [[nodiscard]] static std::vector<SocketPtr> selected(LoopState& state, const Target& target);

  NamespaceImpl& nsp_;
  const std::string nsp_name_;
  net::LoopGroup& loops_;
  std::vector<std::unique_ptr<LoopState>> states_;
};

}  // namespace chillin::socketio
