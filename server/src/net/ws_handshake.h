#pragma once

#include <string>
#include <string_view>

#include "net/http.h"

namespace chillin::net {

/// A GET with `Upgrade: websocket` and `Connection: Upgrade`, whatever else is wrong with it.
[[nodiscard]] bool asks_for_websocket(const HttpRequest& request) noexcept;

/// Checks the client's opening handshake (RFC 6455 section 4.2.1): 101 if it may be accepted, 426 for another version
/// than 13, 400 for anything else that is wrong.
[[nodiscard]] int check_ws_handshake(const HttpRequest& request, bool http_1_1);

/// Sec-WebSocket-Accept for a Sec-WebSocket-Key (section 4.2.2).
[[nodiscard]] std::string ws_accept_value(std::string_view key);

}  // namespace chillin::net
