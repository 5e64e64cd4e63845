// HTTP as it comes from strangers: the query string decoder, the request parser and the WebSocket handshake check.
//
// Input: the first byte chooses. 0 mod 2: the rest is a query string. 1 mod 2: the rest is a request, parsed at once
// and in pieces; what one way accepts as a request, the other accepts as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/http.h"
#include "net/http_parser.h"
#include "net/ws_handshake.h"

namespace {

using namespace chillin;

void decode_query(std::string_view query) {
  const net::QueryParams params(query);
  if (params.all().size() > 64) std::abort();
  for (const auto& [name, value] : params.all()) {
    if (name.size() > query.size() || value.size() > query.size()) std::abort();
    if (!params.get(name)) std::abort();
  }
}

constexpr std::size_t kMaxHeader = 2048;
constexpr std::size_t kMaxBody = 512;

/// What a connection would make of these bytes: the request, or the status of the refusal, or nothing yet.
std::string parse(std::string_view input, std::size_t step) {
  const auto parser = net::HttpParser::create(kMaxHeader);
  std::string held;
  while (!input.empty()) {
    const auto piece = input.substr(0, step);
    input.remove_prefix(piece.size());
    held += piece;
    while (!held.empty()) {
      std::size_t consumed = 0;
      const auto status = parser->feed(held, consumed);
      if (consumed > held.size()) std::abort();
      held.erase(0, consumed);
      if (status == net::HttpParser::Status::kError) return std::to_string(parser->error_status());
      if (status == net::HttpParser::Status::kNeedMore) break;
      if (status == net::HttpParser::Status::kHead) {
        if (!parser->set_body_limit(kMaxBody)) return "413";
        continue;
      }
      net::HttpRequest& request = parser->request();
      if (request.body.size() > kMaxBody) std::abort();
      decode_query(request.query());
      std::string out = request.method;
      for (const std::string& part : {request.target, request.body}) out.append("\n").append(part);
      for (const auto& [name, value] : request.headers) out.append("\n").append(name).append(":").append(value);
      out += '\n';
      out += std::to_string(net::check_ws_handshake(request, parser->http_1_1()));
      out += parser->keep_alive() ? "k" : "c";
      return out;
    }
    if (held.size() > kMaxHeader) std::abort();
  }
  return "more";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 2 == 0) {
    decode_query(rest);
    return 0;
  }
  const std::string whole = parse(rest, rest.size() + 1);
  const std::string pieces = parse(rest, 1 + data[0] / 2 % 16);
  // Beast looks at an incomplete head as a whole or not at all, so a refusal may come earlier or later, or be another
  // one. A request that one of them accepts has to be the same for both.
  const auto accepted = [](const std::string& outcome) { return outcome.size() > 4; };
  if ((accepted(whole) || accepted(pieces)) && whole != pieces) std::abort();
  return 0;
}
