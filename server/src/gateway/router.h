#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chat/error.h"
#include "net/http.h"
#include "util/task.h"

namespace chillin::gateway {

/// One REST request on its way to a use case.
struct RestRequest {
  const net::HttpRequest& http;
  std::map<std::string, std::string, std::less<>> params;  ///< `:name` parts of the path, percent-decoded
  std::string address;                                     ///< the client's, as far as proxies are trusted
};

/// Cross-origin rules for REST: which origins a browser may call from, with credentials. "*": any.
struct RestCors {
  std::vector<std::string> origins;
};

/// The table route -> handler. Built at start, then immutable, so thread-safe.
class Router {
 public:
  using Handler = std::function<util::Task<net::HttpResponse>(RestRequest&)>;

  Router(RestCors cors, std::function<std::string(const net::HttpRequest&)> client_address);

  /// `pattern`: "/api/rooms/:roomName/messages"; a last part "*" takes the rest of the path as parameter "*".
  void add(std::string method, std::string pattern, Handler handler, std::size_t max_body = 64 * 1024);

  /// Bytes of body that this request may have; 0 for a route that is not there.
  [[nodiscard]] std::size_t body_limit(const net::HttpRequest& head) const;

  /// Answers it: the handler's response, 404, 405 with Allow, or a CORS preflight.
  void handle(std::shared_ptr<net::HttpExchange> exchange) const;

 private:
  struct Route {
    std::string method;
    std::vector<std::string> parts;
    Handler handler;
    std::size_t max_body = 0;
  };
  struct Match {
    const Route* route = nullptr;
    std::map<std::string, std::string, std::less<>> params;
    std::string allowed;  ///< methods of routes of that path
  };
  [[nodiscard]] Match match(std::string_view method, std::string_view path) const;
  [[nodiscard]] util::Task<void> run(std::shared_ptr<net::HttpExchange> exchange, Match found) const;
  void add_cors(const net::HttpRequest& request, net::HttpHeaders& headers) const;

  RestCors cors_;
  std::function<std::string(const net::HttpRequest&)> client_address_;
  std::vector<Route> routes_;
};

[[nodiscard]] net::HttpResponse json_response(int status, std::string body);
/// `{ error, code }` (+ `field`, `retryAfterMs`) with the status that fits; Retry-After where it is known.
[[nodiscard]] net::HttpResponse error_response(const chat::Error& error);

}  // namespace chillin::gateway
