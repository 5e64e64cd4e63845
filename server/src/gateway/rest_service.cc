#include <chrono>

#include "gateway/openapi.h"
#include "gateway/rest.h"
#include "util/crypto.h"
#include "util/json_writer.h"

namespace chillin::gateway {

namespace {

std::int64_t uptime_seconds() {
  static const auto start = std::chrono::steady_clock::now();
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - start).count();
}

net::HttpResponse alive(const RestContext& context) {
  std::string body;
  util::JsonWriter(body)
      .begin_object()
      .field("status", "ok")
      .field("version", context.version)
      .field("uptimeSeconds", uptime_seconds())
      .field("timestamp", util::iso8601(context.service.clock.wall()))
      .end_object();
  return json_response(200, std::move(body));
}

// Latencies in milliseconds with two decimals, as people read them.
void append_ms(util::JsonWriter& w, double ms) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", ms);
  w.key("latencyMs").raw(text);
}

util::Task<net::HttpResponse> ready(const RestContext& context) {
  const bool draining = context.draining();
  bool ok = !draining;
  bool degraded = false;
  std::string body;
  util::JsonWriter w(body);
  std::string checks;
  util::JsonWriter c(checks);
  c.begin_object();
  for (const auto& check : context.checks) {
    const auto result = co_await check.probe();
    c.key(check.name).begin_object().field("status", result ? "ok" : "down");
    if (result) {
      append_ms(c, *result);
    } else {
      c.field("error", result.error().detail);
      if (check.required) ok = false;
      if (!check.required) degraded = true;
    }
    c.end_object();
  }
  c.end_object();
  const std::string_view working = degraded ? "degraded" : "ok";
  w.begin_object().field("status", ok ? working : (draining ? "draining" : "unavailable"));
  w.key("checks").raw(checks).end_object();
  co_return json_response(ok ? 200 : 503, std::move(body));
}

// By the connection itself: what a proxy of this machine passes on comes from somewhere else.
bool from_this_machine(const net::HttpRequest& request) {
  for (const auto* name :
       {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "forwarded", "via"}) {
    if (!request.header(name).empty()) return false;
  }
  std::string_view peer = request.peer_address;
  if (peer == "::1") return true;
  if (peer.starts_with("::ffff:")) peer.remove_prefix(7);
  return peer.starts_with("127.");
}

net::HttpResponse metrics_answer(const MetricsAccess& metrics, const net::HttpRequest& request) {
  const bool may = (!metrics.token.empty() && util::constant_time_equal(bearer_token(request), metrics.token)) ||
                   from_this_machine(request);
  if (!may) {
    const bool token_opens = !metrics.token.empty();
    auto refusal = error_response(chat::refuse(
        token_opens ? chat::ErrorCode::kAuthRequired : chat::ErrorCode::kForbidden, "Metrics are for this machine."));
    if (token_opens) refusal.headers.emplace_back("WWW-Authenticate", "Bearer");
    return refusal;
  }
  net::HttpResponse response;
  response.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}, {"Cache-Control", "no-store"}};
  response.body = metrics.text();
  return response;
}

}  // namespace

void add_service_routes(Router& router, const RestContext& context) {
  static_cast<void>(uptime_seconds());
  const auto live = [&context](RestRequest&) -> util::Task<net::HttpResponse> { co_return alive(context); };
  router.add("GET", "/health", live);
  router.add("GET", "/health/live", live);
  router.add("GET", "/health/ready", [&context](RestRequest&) { return ready(context); });
  if (context.metrics.on) {
    router.add("GET", "/metrics", [&context](RestRequest& request) -> util::Task<net::HttpResponse> {
      co_return metrics_answer(context.metrics, request.http);
    });
  }
  // What a client must know before anybody has signed in.
  router.add("GET", "/api/config", [&context](RestRequest&) -> util::Task<net::HttpResponse> {
    const auto& settings = context.service.settings;
    std::string body;
    util::JsonWriter(body)
        .begin_object()
        .field("version", context.version)
        .field("guestAccess", settings.guest_access)
        .field("maxMessageLength", static_cast<std::uint64_t>(settings.max_message_length))
        .field("maxUploadSize", settings.max_upload_bytes)
        .end_object();
    co_return json_response(200, std::move(body));
  });
  router.add("GET", "/api/openapi.json", [&context](RestRequest&) -> util::Task<net::HttpResponse> {
    co_return json_response(200, openapi_json(context.version));
  });
}

}  // namespace chillin::gateway
