#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engineio/server.h"
#include "socketio/client.h"
#include "socketio/namespace_impl.h"
#include "socketio/packet_codec.h"
#include "socketio/server.h"

namespace chillin::socketio {

/// The server above its Engine.IO connections: the namespaces, and who is connected. Owner: Server.
/// Thread-safe except where a loop is named.
class Hub {
 public:
  Hub(net::LoopGroup& loops, const Options& options);
  /// The loops must have been stopped.
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  NamespaceImpl& of(std::string_view name);
  void of(std::function<bool(std::string_view, const json::value&)> predicate, std::function<void(Namespace&)> setup);

  /// The namespace a client asks for, made now if a predicate takes it; null: there is none.
  [[nodiscard]] NamespaceImpl* resolve(std::string_view name, const json::value& auth);
  /// Whether a client that is in one namespace cannot join another.
  [[nodiscard]] bool single_namespace() const;

  /// A new connection; on its loop.
  void add_client(engineio::SocketPtr conn);
  /// Destroys it. On its loop.
  void remove_client(Client& client);

  /// Calls `visitor` with every connected socket, on its loop, after this. It may close connections. Thread-safe.
  void visit(std::function<void(Socket&)> visitor);

  [[nodiscard]] const Options& options() const noexcept { return options_; }
  [[nodiscard]] const DecodeLimits& limits() const noexcept { return limits_; }

  /// Calls `done` on some loop after everything posted to every loop so far has run.
  void after_all_loops(util::UniqueFunction<void()> done);

 private:
  struct Dynamic {
    std::function<bool(std::string_view, const json::value&)> predicate;
    std::function<void(Namespace&)> setup;
  };

  [[nodiscard]] NamespaceImpl* find_locked(std::string_view name) const;
  NamespaceImpl& make_locked(std::string name, std::unique_ptr<NamespaceImpl> made);

  net::LoopGroup& loops_;
  const Options options_;
  const DecodeLimits limits_;
  mutable std::mutex mutex_;  ///< over namespaces_ and dynamics_; taken at CONNECT, never for an event
  std::map<std::string, std::unique_ptr<NamespaceImpl>, std::less<>> namespaces_;
  std::vector<Dynamic> dynamics_;
  std::size_t dynamic_namespaces_ = 0;
  std::vector<Client*> clients_;  ///< by loop: the head of its list, touched by that loop only
};

}  // namespace chillin::socketio
