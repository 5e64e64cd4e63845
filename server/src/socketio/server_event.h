#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "socketio/payload.h"
#include "util/unique_function.h"

namespace chillin::socketio {

/// Answers one server event; `value` is the one value that the other server gets. From any thread; once.
using ServerAck = util::UniqueFunction<void(json::value value)>;

/// An event that another server of the cluster sent with serverSideEmit.
struct ServerEvent {
  std::string_view name;  ///< valid during the call
  json::array args;
  ServerAck ack;  ///< empty: the other server asked for no answer
};

/// On the first of the server's loops.
using ServerEventHandler = std::function<void(ServerEvent&)>;

/// `error`: null, or "timeout" if some did not answer in time; `responses`: one for each server that answered.
using ServerAcks = util::UniqueFunction<void(const char* error, std::vector<json::value> responses)>;

}  // namespace chillin::socketio
