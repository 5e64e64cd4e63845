#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engineio/encoded.h"
#include "socketio/payload.h"
#include "util/clock.h"
#include "util/unique_function.h"

namespace chillin::socketio {

class Adapter;

/// A description of a socket that may live on another loop or server.
struct RemoteSocket {
  std::string id;
  std::vector<std::string> rooms;
  json::value data = {};  ///< `socket.data` of a socket on a Node.js server; null for ours
};

/// Who gets a broadcast: the union of `rooms` (empty: the whole namespace) without `except` (socket ids are rooms too).
struct Target {
  std::vector<std::string> rooms;
  std::vector<std::string> except;
  bool is_volatile = false;
  bool local = false;  ///< this server only
};

/// A packet that some recipients get in place of another: members of `room` get packet `with` of the batch's `variants`
/// where everyone else gets packet `index`. For "the author also gets its tempId" without encoding per recipient.
struct Variant {
  std::string room;
  std::size_t index = 0;
  std::size_t with = 0;
};

/// Several packets in order for one room, encoded once. See Namespace::send_batch.
struct Batch {
  std::string room;
  engineio::EncodedPtr packets;
  engineio::EncodedPtr variant_packets;  ///< null if there are no variants
  std::vector<Variant> variants;
};

/// Builds up a target, then acts on it: io.to("a").to("b").except("c").emit("news", Payload::of("hi")).
/// A value; the actions may be called from any thread, their callbacks come on the calling loop (or, from a thread that
/// is no loop, on one of the server's).
class Broadcast {
 public:
  Broadcast(std::shared_ptr<Adapter> adapter, Target target)
      : adapter_(std::move(adapter)), target_(std::move(target)) {}

  Broadcast& to(std::string room) {
    target_.rooms.push_back(std::move(room));
    return *this;
  }
  Broadcast& in(std::string room) { return to(std::move(room)); }
  Broadcast& except(std::string room) {
    target_.except.push_back(std::move(room));
    return *this;
  }
  Broadcast& volatile_() {
    target_.is_volatile = true;
    return *this;
  }
  Broadcast& local() {
    target_.local = true;
    return *this;
  }

  void emit(std::string_view event, const Payload& payload = {}) const;
  /// `args_json`: as for Socket::emit_raw.
  void emit_raw(std::string_view event, std::string_view args_json) const;
  /// `error`: null, or "timeout" if some did not answer in time; `responses`: one per client that answered.
  using Acks = util::UniqueFunction<void(const char* error, std::vector<Payload> responses)>;
  void emit_with_ack(std::string_view event, const Payload& payload, util::Millis timeout, Acks done) const;

  void fetch_sockets(util::UniqueFunction<void(std::vector<RemoteSocket>)> done) const;
  void sockets_join(std::vector<std::string> rooms) const;
  void sockets_leave(std::vector<std::string> rooms) const;
  void disconnect_sockets(bool close = false) const;

 private:
  std::shared_ptr<Adapter> adapter_;
  Target target_;
};

}  // namespace chillin::socketio
