#include "engineio/http_answers.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "util/json_writer.h"

namespace chillin::engineio {
namespace {

bool any_origin(const Cors& cors) {
  return cors.origins.size() == 1 && cors.origins.front() == "*";
}

bool allows(const Cors& cors, std::string_view origin) {
  return any_origin(cors) || std::find(cors.origins.begin(), cors.origins.end(), origin) != cors.origins.end();
}

}  // namespace

std::string_view to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::kUnknownTransport:
      return "Transport unknown";
    case ErrorCode::kUnknownSid:
      return "Session ID unknown";
    case ErrorCode::kBadHandshakeMethod:
      return "Bad handshake method";
    case ErrorCode::kBadRequest:
      return "Bad request";
    case ErrorCode::kForbidden:
      return "Forbidden";
    case ErrorCode::kUnsupportedProtocol:
      return "Unsupported protocol version";
  }
  return "Bad request";
}

net::HttpResponse error_answer(bool upgrade, int status, ErrorCode code, std::string_view message) {
  if (message.empty()) message = to_string(code);
  net::HttpResponse response;
  response.status = status;
  if (upgrade) {
    response.headers.emplace_back("Content-Type", "text/html");
    response.body = message;
    return response;
  }
  response.headers.emplace_back("Content-Type", "application/json");
  util::JsonWriter w(response.body);
  w.begin_object().field("code", static_cast<std::int64_t>(code)).field("message", message).end_object();
  return response;
}

net::HttpResponse poll_answer(Payload payload) {
  net::HttpResponse response;
  // Without the charset, pages that are not UTF-8 themselves would read it wrong.
  response.headers.emplace_back("Content-Type",
                                payload.binary ? "application/octet-stream" : "text/plain; charset=UTF-8");
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = std::move(payload.body);
  return response;
}

net::HttpResponse post_answer() {
  net::HttpResponse response;
  // text/html: some clients take text/plain for a download.
  response.headers.emplace_back("Content-Type", "text/html");
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = "ok";
  return response;
}

void add_cors(net::HttpResponse& response, const Cors& cors, const net::HttpRequest& request) {
  if (cors.origins.empty()) return;
  // The answer differs by origin, so a cache must not give it to another one.
  response.headers.emplace_back("Vary", "Origin");
  const std::string_view origin = request.header("Origin");
  if (origin.empty() || !allows(cors, origin)) return;
  response.headers.emplace_back("Access-Control-Allow-Origin", std::string(origin));
  if (cors.credentials) response.headers.emplace_back("Access-Control-Allow-Credentials", "true");
}

net::HttpResponse preflight_answer(const Cors& cors, const net::HttpRequest& request) {
  net::HttpResponse response;
  response.status = 204;
  add_cors(response, cors, request);
  // All of them, as the reference has it: what is refused is refused with an answer that the page may read.
  response.headers.emplace_back("Access-Control-Allow-Methods", "GET,HEAD,PUT,PATCH,POST,DELETE");
  response.headers.emplace_back("Access-Control-Max-Age", "600");
  const std::string_view wanted = request.header("Access-Control-Request-Headers");
  if (!wanted.empty()) {
    response.headers.emplace_back("Vary", "Access-Control-Request-Headers");
    response.headers.emplace_back("Access-Control-Allow-Headers", std::string(wanted));
  }
  return response;
}

}  // namespace chillin::engineio
