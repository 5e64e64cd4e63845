#pragma once

#include <string>
#include <string_view>

#include "net/http.h"

namespace chillin::net {

/// How an answer has to be framed, which the request decides.
struct ResponseFraming {
  bool keep_alive = true;
  bool head_only = false;  ///< answer to HEAD: the length of the body, but no body
};

/// Status line and headers up to and with the empty line, Content-Length, Date and Connection added (RFC 9110, 9112).
/// A header value with a line break in it is left out: it would end the header early.
[[nodiscard]] std::string response_head(const HttpResponse& response, const ResponseFraming& framing);

/// `{"error":...,"code":...}` with its status.
[[nodiscard]] HttpResponse json_error(int status);

/// "Switching Protocols" and the like; "Unknown" for a status nobody registered.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

/// The Date header's value now (RFC 9110 section 5.6.7). Formatted once a second and thread.
[[nodiscard]] std::string_view http_date();

/// Whether a status has no body by definition.
[[nodiscard]] bool bodiless(int status) noexcept;

}  // namespace chillin::net
