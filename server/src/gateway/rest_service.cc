#include <chrono>

#include "gateway/openapi.h"
#include "gateway/rest.h"
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

}  // namespace

void add_service_routes(Router& router, const RestContext& context) {
  static_cast<void>(uptime_seconds());
  const auto live = [&context](RestRequest&) -> util::Task<net::HttpResponse> { co_return alive(context); };
  router.add("GET", "/health", live);
  router.add("GET", "/health/live", live);
  router.add("GET", "/health/ready", [&context](RestRequest&) { return ready(context); });
  router.add("GET", "/metrics", [&context](RestRequest&) -> util::Task<net::HttpResponse> {
    net::HttpResponse response;
    response.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}};
    response.body = context.metrics();
    co_return response;
  });
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
