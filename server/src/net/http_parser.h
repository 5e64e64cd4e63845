#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "net/http.h"

namespace chillin::net {

/// Parses one HTTP/1.x request from bytes that come in any pieces (RFC 9112; Beast does the work, in http_parser.cc
/// only). No socket, no timer. Owner: an HTTP connection, while a request is coming in.
class HttpParser {
 public:
  enum class Status {
    kNeedMore,  ///< present what was not consumed again, with more behind it
    kHead,      ///< the head is complete and a body follows: set_body_limit(), then feed on
    kDone,      ///< the request is complete
    kError,     ///< error_status() says which answer it deserves
  };

  [[nodiscard]] static std::unique_ptr<HttpParser> create(std::size_t max_header_bytes);
  virtual ~HttpParser() = default;

  /// `consumed`: how many bytes of `bytes` are done with.
  virtual Status feed(std::string_view bytes, std::size_t& consumed) = 0;
  /// To be called between kHead and the next feed(). False: the announced length is more already (413).
  [[nodiscard]] virtual bool set_body_limit(std::size_t bytes) = 0;

  /// Head after kHead, everything after kDone. peer_address is the caller's to fill in.
  [[nodiscard]] virtual HttpRequest& request() noexcept = 0;
  [[nodiscard]] virtual bool head_done() const noexcept = 0;
  // After the head:
  [[nodiscard]] virtual bool keep_alive() const noexcept = 0;
  [[nodiscard]] virtual bool expects_continue() const noexcept = 0;
  [[nodiscard]] virtual bool http_1_1() const noexcept = 0;
  /// 400, 413 or 431.
  [[nodiscard]] virtual int error_status() const noexcept = 0;
};

}  // namespace chillin::net
