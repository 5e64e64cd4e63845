#include "net/ws_handshake.h"

#include <algorithm>

#include "util/crypto.h"
#include "util/text.h"

namespace chillin::net {

namespace {

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::string_view trimmed(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Whether a comma-separated list names `token` (lower case), in any case.
bool lists(std::string_view list, std::string_view token) noexcept {
  while (!list.empty()) {
    const auto comma = list.find(',');
    const auto item = trimmed(list.substr(0, comma));
    if (std::equal(item.begin(), item.end(), token.begin(), token.end(),
                   [](char a, char b) { return lower(a) == b; })) {
      return true;
    }
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return false;
}

bool any_header_lists(const HttpRequest& request, std::string_view name, std::string_view token) noexcept {
  return std::any_of(request.headers.begin(), request.headers.end(), [&](const auto& header) {
    return header.first.size() == name.size() &&
           std::equal(header.first.begin(), header.first.end(), name.begin(),
                      [](char a, char b) { return lower(a) == b; }) &&
           lists(header.second, token);
  });
}

}  // namespace

bool asks_for_websocket(const HttpRequest& request) noexcept {
  return request.method == "GET" && any_header_lists(request, "upgrade", "websocket") &&
         any_header_lists(request, "connection", "upgrade");
}

int check_ws_handshake(const HttpRequest& request, bool http_1_1) {
  if (!http_1_1 || !asks_for_websocket(request)) return 400;
  if (request.header("Host").empty()) return 400;
  if (request.header("Sec-WebSocket-Version") != "13") return 426;
  const auto key = util::base64_decode(request.header("Sec-WebSocket-Key"));
  return key && key->size() == 16 ? 101 : 400;
}

std::string ws_accept_value(std::string_view key) {
  std::string text(key);
  text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  return util::base64_encode(util::sha1(text));
}

}  // namespace chillin::net
