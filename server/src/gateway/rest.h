#pragma once

#include <functional>
#include <string>
#include <vector>

#include "chat/service.h"
#include "gateway/router.h"
#include "util/task.h"

namespace chillin::gateway {

/// One dependency of this server, asked by /health/ready.
struct HealthCheck {
  std::string name;
  /// Milliseconds that it took to answer, or what is wrong.
  std::function<util::Task<util::Result<double>>()> probe;
  bool required = true;  ///< false: without it the server is degraded, and yet ready
};

/// What the routes need besides the use cases.
/// GET /metrics: for whoever asks from this machine, or shows the token.
struct MetricsAccess {
  std::function<std::string()> text;  ///< in Prometheus text format
  bool on = true;                     ///< false: there is nothing at that address
  std::string token;                  ///< empty: none opens it
};

struct RestContext {
  chat::Service& service;
  std::string version;
  std::vector<HealthCheck> checks;
  std::function<bool()> draining;
  MetricsAccess metrics;
};

/// The table route -> use case. Registers every route of contract; `context` outlives the router.
void add_routes(Router& router, const RestContext& context);

// The parts of it, by subject.
void add_auth_routes(Router& router, const RestContext& context);
void add_user_routes(Router& router, const RestContext& context);
void add_room_routes(Router& router, const RestContext& context);
void add_file_routes(Router& router, const RestContext& context);
void add_service_routes(Router& router, const RestContext& context);

/// The token of `Authorization: Bearer`, or empty.
[[nodiscard]] std::string bearer_token(const net::HttpRequest& request);

/// Whose request it is; nullopt without a token (a guest). AUTH_FAILED for a token that is no good.
[[nodiscard]] util::Task<chat::Result<std::optional<chat::Account>>> account_of(chat::Service& service,
                                                                                const net::HttpRequest& request);
/// The same where an account is needed: AUTH_REQUIRED for a guest.
[[nodiscard]] util::Task<chat::Result<chat::Account>> require_account(chat::Service& service,
                                                                      const net::HttpRequest& request);

/// `{ "<key>": <json> }` with that status.
[[nodiscard]] net::HttpResponse wrapped(int status, std::string_view key, std::string_view json);

}  // namespace chillin::gateway
