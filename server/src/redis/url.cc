#include "redis/url.h"

#include <charconv>
#include <optional>
#include <utility>

#include "util/text.h"

namespace chillin::redis {
namespace {

constexpr int kMaxDatabase = 1'000'000;

util::Error wrong(std::string detail) {
  return {util::Error::Code::kInvalid, std::move(detail), false};
}

/// As in a URL's authority: '+' is itself there.
std::optional<std::string> percent_decode(std::string_view text) {
  std::string escaped;
  for (const char c : text) escaped += c == '+' ? std::string("%2B") : std::string(1, c);
  return util::url_decode(escaped);
}

template <class Int>
bool parse_number(std::string_view text, Int& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

std::pair<std::string_view, std::string_view> split(std::string_view text, char at) {
  const std::size_t i = text.find(at);
  if (i == std::string_view::npos) return {text, {}};
  return {text.substr(0, i), text.substr(i + 1)};
}

util::Result<Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port) {
  Endpoint endpoint{{}, default_port};
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return wrong("an IPv6 address lacks its closing bracket");
    endpoint.host = text.substr(1, close - 1);
    port = text.substr(close + 1);
    if (!port.empty() && !port.starts_with(':')) return wrong("there is something between the address and the port");
  } else {
    const std::size_t colon = text.find(':');
    endpoint.host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon);
  }
  if (endpoint.host.empty()) return wrong("a host is missing");
  if (!port.empty() && (!parse_number(port.substr(1), endpoint.port) || endpoint.port == 0)) {
    return wrong("a port must be a number from 1 to 65535");
  }
  return endpoint;
}

util::Status<> parse_credentials(std::string_view text, Url& url) {
  const auto [user, password] = split(text, ':');
  if (text.find(':') == std::string_view::npos) return wrong("credentials are written user:password@ or :password@");
  auto decoded_user = percent_decode(user);
  auto decoded_password = percent_decode(password);
  if (!decoded_user || !decoded_password) return wrong("the credentials hold a broken percent escape");
  url.username = *std::move(decoded_user);
  url.password = *std::move(decoded_password);
  return util::Ok{};
}

util::Status<> parse_options(std::string_view text, Url& url) {
  while (!text.empty()) {
    const auto [option, rest] = split(text, '&');
    const auto [name, raw] = split(option, '=');
    auto value = percent_decode(raw);
    if (!value) return wrong("an option holds a broken percent escape");
    if (name == "ca" && url.tls) {
      url.ca_file = *std::move(value);
    } else if (name == "sentinel_username" && url.sentinel()) {
      url.sentinel_username = *std::move(value);
    } else if (name == "sentinel_password" && url.sentinel()) {
      url.sentinel_password = *std::move(value);
    } else {
      return wrong("unknown option \"" + std::string(name) +
                   "\" (allowed: ca with TLS, sentinel_username and sentinel_password with Sentinels)");
    }
    text = rest;
  }
  return util::Ok{};
}

util::Status<> parse_path(std::string_view path, bool sentinel, Url& url) {
  if (sentinel) {
    const auto [master, rest] = split(path, '/');
    auto decoded = percent_decode(master);
    if (!decoded || decoded->empty()) return wrong("a Sentinel URL names its master: redis+sentinel://host/master");
    url.master = *std::move(decoded);
    path = rest;
  }
  if (path.empty()) return util::Ok{};
  if (!parse_number(path, url.database) || url.database < 0 || url.database > kMaxDatabase) {
    return wrong("the database must be a number");
  }
  return util::Ok{};
}

}  // namespace

std::string Endpoint::to_string() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string Url::to_string() const {
  std::string out = tls ? "rediss" : "redis";
  out += sentinel() ? "+sentinel://" : "://";
  for (std::size_t i = 0; i < endpoints.size(); ++i) out += (i > 0 ? "," : "") + endpoints[i].to_string();
  if (sentinel()) out += "/" + master;
  if (database != 0) out += "/" + std::to_string(database);
  return out;
}

util::Result<Url> parse_url(std::string_view text) {
  const std::size_t after_scheme = text.find("://");
  const std::string_view scheme = text.substr(0, after_scheme);
  if (after_scheme == std::string_view::npos ||
      (scheme != "redis" && scheme != "rediss" && scheme != "redis+sentinel" && scheme != "rediss+sentinel")) {
    return wrong("it must begin with redis://, rediss://, redis+sentinel:// or rediss+sentinel://");
  }
  Url url;
  url.tls = scheme.starts_with("rediss");
  const bool sentinel = scheme.ends_with("+sentinel");
  const auto [before_options, options] = split(text.substr(after_scheme + 3), '?');
  const auto [authority, path] = split(before_options, '/');

  std::string_view hosts = authority;
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    if (auto ok = parse_credentials(authority.substr(0, at), url); !ok) return std::move(ok).error();
    hosts = authority.substr(at + 1);
  }
  if (!sentinel && hosts.find(',') != std::string_view::npos) {
    return wrong("several hosts are for Sentinels: redis+sentinel://host,host/master");
  }
  while (true) {
    const std::size_t comma = hosts.find(',');
    auto endpoint = parse_endpoint(hosts.substr(0, comma), sentinel ? 26379 : 6379);
    if (!endpoint) return std::move(endpoint).error();
    url.endpoints.push_back(*std::move(endpoint));
    if (comma == std::string_view::npos) break;
    hosts.remove_prefix(comma + 1);
  }
  if (auto ok = parse_path(path, sentinel, url); !ok) return std::move(ok).error();
  if (auto ok = parse_options(options, url); !ok) return std::move(ok).error();
  return url;
}

}  // namespace chillin::redis
