#include "gateway/router.h"

#include <algorithm>
#include <utility>

#include "util/json_writer.h"
#include "util/text.h"

namespace chillin::gateway {

namespace {

std::vector<std::string_view> split_path(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    if (path.front() == '/') {
      path.remove_prefix(1);
      continue;
    }
    const auto slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash);
  }
  return parts;
}

// A '+' in a path is a plus, unlike in a query.
std::optional<std::string> decode_part(std::string_view part) {
  std::string escaped;
  for (const char c : part) {
    if (c == '+') {
      escaped += "%2B";
    } else {
      escaped += c;
    }
  }
  return util::url_decode(escaped);
}

int status_of(chat::ErrorCode code) {
  using C = chat::ErrorCode;
  switch (code) {
    case C::kAuthFailed:
    case C::kAuthRequired:
      return 401;
    case C::kForbidden:
    case C::kRoomPasswordRequired:
    case C::kRoomPasswordWrong:
    case C::kNotInRoom:
    case C::kBanned:
    case C::kMuted:
      return 403;
    case C::kRoomNotFound:
    case C::kMessageNotFound:
      return 404;
    case C::kNameTaken:
      return 409;
    case C::kMessageEmpty:
    case C::kMessageTooLong:
    case C::kInvalidPayload:
      return 400;
    case C::kRateLimited:
      return 429;
    case C::kUnavailable:
      return 503;
    case C::kInternal:
      return 500;
  }
  return 500;
}

}  // namespace

net::HttpResponse json_response(int status, std::string body) {
  net::HttpResponse response;
  response.status = status;
  // Who opens an answer as a page, or frames it, gets text that can load nothing and tells nobody its address.
  response.headers = {{"Content-Type", "application/json; charset=utf-8"},
                      {"Cache-Control", "no-store"},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
                      {"Referrer-Policy", "no-referrer"}};
  response.body = std::move(body);
  return response;
}

net::HttpResponse error_response(const chat::Error& error) {
  std::string body;
  util::JsonWriter w(body);
  w.begin_object().field("error", error.message).field("code", chat::code_name(error.code));
  if (!error.field.empty()) w.field("field", error.field);
  if (error.retry_after_ms >= 0) w.field("retryAfterMs", error.retry_after_ms);
  w.end_object();
  auto response = json_response(status_of(error.code), std::move(body));
  if (error.retry_after_ms >= 0) {
    response.headers.emplace_back("Retry-After", std::to_string((error.retry_after_ms + 999) / 1000));
  }
  return response;
}

Router::Router(RestCors cors, std::function<std::string(const net::HttpRequest&)> client_address)
    : cors_(std::move(cors)), client_address_(std::move(client_address)) {}

void Router::add(std::string method, std::string pattern, Handler handler, std::size_t max_body) {
  Route route{std::move(method), {}, std::move(handler), max_body};
  for (const auto part : split_path(pattern)) route.parts.emplace_back(part);
  routes_.push_back(std::move(route));
}

Router::Match Router::match(std::string_view method, std::string_view path) const {
  const auto parts = split_path(path);
  Match out;
  for (const auto& route : routes_) {
    const bool open_end = !route.parts.empty() && route.parts.back() == "*";
    if (open_end ? parts.size() < route.parts.size() : parts.size() != route.parts.size()) continue;
    std::map<std::string, std::string, std::less<>> params;
    bool fits = true;
    for (std::size_t i = 0; i < route.parts.size() && fits; ++i) {
      const std::string& expected = route.parts[i];
      if (open_end && i + 1 == route.parts.size()) {
        params["*"] =
            std::string(parts[i].data(), static_cast<std::size_t>(path.data() + path.size() - parts[i].data()));
      } else if (expected.starts_with(':')) {
        auto value = decode_part(parts[i]);
        fits = value.has_value();
        if (fits) params[expected.substr(1)] = std::move(*value);
      } else {
        fits = parts[i] == expected;
      }
    }
    if (!fits) continue;
    // HEAD is answered as GET; the connection leaves the body out.
    if (route.method == method || (method == "HEAD" && route.method == "GET")) {
      out.route = &route;
      out.params = std::move(params);
      return out;
    }
    if (out.allowed.find(route.method) == std::string::npos) {
      if (!out.allowed.empty()) out.allowed += ", ";
      out.allowed += route.method;
    }
  }
  return out;
}

std::size_t Router::body_limit(const net::HttpRequest& head) const {
  const auto found = match(head.method, head.path());
  return found.route != nullptr ? found.route->max_body : 0;
}

void Router::add_cors(const net::HttpRequest& request, net::HttpHeaders& headers) const {
  const auto origin = request.header("origin");
  if (origin.empty()) return;
  const bool any = std::find(cors_.origins.begin(), cors_.origins.end(), "*") != cors_.origins.end();
  if (!any && std::find(cors_.origins.begin(), cors_.origins.end(), origin) == cors_.origins.end()) return;
  headers.emplace_back("Access-Control-Allow-Origin", std::string(origin));
  headers.emplace_back("Access-Control-Allow-Credentials", "true");
  headers.emplace_back("Vary", "Origin");
}

void Router::handle(std::shared_ptr<net::HttpExchange> exchange) const {
  const auto& request = exchange->request();
  Match found = match(request.method, request.path());
  if (found.route != nullptr) {
    util::spawn(run(std::move(exchange), std::move(found)));
    return;
  }
  net::HttpResponse response;
  if (!found.allowed.empty() && request.method == "OPTIONS") {
    response.status = 204;
    response.headers = {{"Access-Control-Allow-Methods", found.allowed},
                        {"Access-Control-Allow-Headers", "Authorization, Content-Type"},
                        {"Access-Control-Max-Age", "600"}};
  } else if (!found.allowed.empty()) {
    response = json_response(405, R"({"error":"This address does not take that method.","code":"INVALID_PAYLOAD"})");
    response.headers.emplace_back("Allow", found.allowed);
  } else {
    response = json_response(404, R"({"error":"There is nothing at this address.","code":"NOT_FOUND"})");
  }
  add_cors(request, response.headers);
  exchange->respond(std::move(response));
}

util::Task<void> Router::run(std::shared_ptr<net::HttpExchange> exchange, Match found) const {
  RestRequest request{exchange->request(), std::move(found.params), client_address_(exchange->request())};
  net::HttpResponse response = co_await found.route->handler(request);
  add_cors(exchange->request(), response.headers);
  exchange->respond(std::move(response));
}

}  // namespace chillin::gateway
