#pragma once

#include <string>
#include <string_view>

#include "engineio/options.h"
#include "engineio/packet_codec.h"
#include "net/http.h"

namespace chillin::engineio {

/// The reference server's error numbers, with its words for them.
enum class ErrorCode : int {
  kUnknownTransport = 0,
  kUnknownSid = 1,
  kBadHandshakeMethod = 2,
  kBadRequest = 3,
  kForbidden = 4,
  kUnsupportedProtocol = 5,
};
[[nodiscard]] std::string_view to_string(ErrorCode code) noexcept;

/// `{"code":..,"message":..}`, and to a refused WebSocket upgrade the bare message, as the reference server has them.
/// `message` empty: the code's own.
[[nodiscard]] net::HttpResponse error_answer(bool upgrade, int status, ErrorCode code, std::string_view message = {});

/// The answer to a poll.
[[nodiscard]] net::HttpResponse poll_answer(Payload payload);
/// The answer to a POST that was taken.
[[nodiscard]] net::HttpResponse post_answer();

/// Adds the cross-origin headers that this request's origin may see.
void add_cors(net::HttpResponse& response, const Cors& cors, const net::HttpRequest& request);
/// The answer to OPTIONS.
[[nodiscard]] net::HttpResponse preflight_answer(const Cors& cors, const net::HttpRequest& request);

}  // namespace chillin::engineio
