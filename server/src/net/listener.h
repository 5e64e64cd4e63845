#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "net/http_service.h"
#include "net/loop_impl.h"
#include "net/unique_fd.h"
#include "util/result.h"

namespace chillin::net {

/// Listening sockets, one per loop and address, bound to the same port.
struct BoundSockets {
  std::vector<std::vector<UniqueFd>> per_loop;  ///< [loop][address]
  std::uint16_t port = 0;
};

/// Resolves `host` (blocking) and binds `loops` sockets to each of its addresses, with SO_REUSEPORT, listening.
/// Exclusive all the same: a socket without SO_REUSEPORT is bound first, which fails while anybody else listens on the
/// port, and succeeds over connections in TIME_WAIT.
[[nodiscard]] util::Result<BoundSockets> bind_listeners(const std::string& host, std::uint16_t port, std::size_t loops);

/// Accepts connections and starts HTTP on them.
/// Confined to: its Loop, which owns it.
class Listener final : public IoHandler {
 public:
  /// Puts a listening socket on the loop. Loop thread only.
  static void start(LoopImpl& loop, std::shared_ptr<HttpService> service, UniqueFd fd);

  void on_io(std::uint32_t events) override;
  void on_command(const void* owner, Command command) override;

 private:
  Listener(LoopImpl& loop, std::shared_ptr<HttpService> service, UniqueFd fd);

  /// False when the queue is empty or accepting failed.
  bool accept_one();
  void admit(UniqueFd fd, std::string peer_address);
  void refuse(UniqueFd fd, std::string peer_address);
  /// No descriptor is left: frees the reserved one to tell a client, so that it does not hang in the queue.
  void out_of_descriptors(int error);

  LoopImpl& loop_;
  std::shared_ptr<HttpService> service_;
  UniqueFd fd_;
  UniqueFd reserve_;
  Timer retry_;
  util::SteadyTime logged_;
};

}  // namespace chillin::net
