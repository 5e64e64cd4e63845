#pragma once

#include <string_view>

#include "net/http.h"
#include "web/archive.h"

namespace chillin::web {

/// Answers what asks for the web client. Every application route (`/`, `/r/<room>`, `/settings`, ...) is index.html;
/// the client reads the address and shows what belongs there.
///
/// Files below assets/ with a hash in their name never change, so they may be kept for good; everything else is asked
/// for again each time and answered with 304 while it is the same.
///
/// Immutable, so thread-safe. Owner: app.
class Site {
 public:
  explicit Site(Archive archive);

  /// Whether the request is for the client at all; false for what belongs to API, Socket.IO, health and metrics.
  [[nodiscard]] static bool handles(const net::HttpRequest& request);

  /// 200, 304, 404 for a file that is not there, 405 for a method that only reading has. The answer to HEAD is that to
  /// GET; the connection leaves the body out.
  [[nodiscard]] net::HttpResponse answer(const net::HttpRequest& request) const;

 private:
  [[nodiscard]] net::HttpResponse serve(const net::HttpRequest& request, const File& file, bool immutable) const;

  Archive archive_;
};

/// What keeps a page of ours from running or loading anything that is not ours; on every answer of Site. 304 included:
/// a browser renews the headers it has stored from it.
void add_security_headers(net::HttpHeaders& headers);

/// "assets/index-Bk3xP9aQ.js": below assets/, and its name ends in '-', a hash of eight characters or more, and an
/// extension, as Vite writes it.
[[nodiscard]] bool has_hashed_name(std::string_view path) noexcept;

}  // namespace chillin::web
