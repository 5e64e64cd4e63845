#pragma once

#include <optional>
#include <string>
#include <utility>

#include "chat/service.h"
#include "net/http.h"
#include "util/task.h"

namespace chillin::gateway {

// A page shows files by their address alone (<img src>), and a browser sends no Authorization with that. So the session
// token also goes into a cookie, which is sent for uploads and nothing else, is invisible to scripts, and is believed
// for reading only.

/// Set-Cookie that lets the browser of `token` read uploads; an empty token takes it away.
[[nodiscard]] std::pair<std::string, std::string> file_cookie(const net::HttpRequest& request, std::string_view token);

/// Who wants to read: by Authorization or else by the cookie; nullopt for nobody that is known, because much may be
/// read by guests. UNAVAILABLE.
[[nodiscard]] util::Task<chat::Result<std::optional<chat::Account>>> file_reader(chat::Service& service,
                                                                                 const net::HttpRequest& request);

}  // namespace chillin::gateway
