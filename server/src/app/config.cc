#include "app/config.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <thread>

#include "engineio/options.h"

namespace chillin::app {

namespace {

constexpr std::string_view kMillisAllowed = "a number of milliseconds from 100 to 600000";
constexpr std::string_view kRedisAllowed =
    "redis://[[user]:password@]host[:port][/database], rediss:// for TLS, or "
    "redis+sentinel://[[user]:password@]host[:port][,host[:port]...]/master";
constexpr std::string_view kRateAllowed = "count/seconds, such as 10/10, or 0 for no limit";

std::optional<std::int64_t> parse_int(std::string_view text, std::int64_t low, std::int64_t high) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < low || value > high) return std::nullopt;
  return value;
}

std::optional<bool> parse_bool(std::string_view text) {
  if (text == "true" || text == "1" || text == "yes") return true;
  if (text == "false" || text == "0" || text == "no") return false;
  return std::nullopt;
}

std::optional<chat::RateLimit> parse_rate(std::string_view text) {
  if (text == "0") return chat::RateLimit{};
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto count = parse_int(text.substr(0, slash), 1, 1'000'000);
  const auto seconds = parse_int(text.substr(slash + 1), 1, 86'400);
  if (!count || !seconds) return std::nullopt;
  return chat::RateLimit{*count, util::Millis{*seconds * 1000}};
}

// "https://chat.example" or "*"; a trailing slash is what people paste, and browsers never send it.
std::optional<std::vector<std::string>> parse_origins(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto comma = text.find(',');
    std::string_view part = text.substr(0, comma);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && (part.back() == ' ' || part.back() == '/')) part.remove_suffix(1);
    const bool origin = part == "*" || ((part.starts_with("http://") || part.starts_with("https://")) &&
                                        part.find('/', part.find("//") + 2) == std::string_view::npos);
    if (!origin) return std::nullopt;
    out.emplace_back(part);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return out;
}

std::optional<std::optional<redis::Url>> parse_redis(std::string_view text) {
  if (text.empty()) return std::optional<redis::Url>();
  auto url = redis::parse_url(text);
  if (!url) return std::nullopt;
  return std::optional(*std::move(url));
}

std::optional<util::LogLevel> parse_level(std::string_view text) {
  using L = util::LogLevel;
  static constexpr std::pair<std::string_view, L> kLevels[] = {{"trace", L::kTrace}, {"debug", L::kDebug},
                                                               {"info", L::kInfo},   {"warn", L::kWarn},
                                                               {"error", L::kError}, {"off", L::kOff}};
  for (const auto& [name, level] : kLevels) {
    if (name == text) return level;
  }
  return std::nullopt;
}

constexpr std::string_view kEndpointAllowed = "an address such as http://minio:9000, without a path";

// Empty: not given.
std::optional<std::optional<blob::S3Endpoint>> parse_endpoint(std::string_view text) {
  if (text.empty()) return std::optional<blob::S3Endpoint>();
  auto endpoint = blob::S3Endpoint::parse(text);
  if (!endpoint) return std::nullopt;
  return endpoint;
}

// What goes into a header: no line breaks, no spaces.
std::optional<std::string> printable_text(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
  return plain ? std::optional(std::string(text)) : std::nullopt;
}

std::optional<util::LogFormat> parse_format(std::string_view text) {
  if (text == "json") return util::LogFormat::kJson;
  if (text == "text") return util::LogFormat::kText;
  return std::nullopt;
}

// Collects settings and mistakes; `read` leaves `out` at its default when the value is wrong.
class Reader {
 public:
  Reader(const Environment& env, LoadedConfig& loaded) : env_(env), loaded_(loaded) {}

  template <class T, class Parse>
  void read(std::string_view name, std::string_view fallback, std::string_view allowed, T& out, Parse parse,
            bool secret = false) {
    const auto given = env_(name);
    const bool is_default = !given || given->empty();
    const std::string text = is_default ? std::string(fallback) : *given;
    if (auto value = parse(text)) {
      out = std::move(*value);
    } else {
      loaded_.mistakes.push_back(std::string(name) + "=" + (secret ? "(hidden)" : "'" + text + "'") +
                                 " is not valid: allowed is " + std::string(allowed));
    }
    loaded_.settings.push_back(
        {std::string(name), secret ? (is_default ? "(not set)" : "(set)") : text, is_default, std::string(allowed)});
  }

  [[nodiscard]] bool given(std::string_view name) const {
    const auto value = env_(name);
    return value && !value->empty();
  }
  void mistake(std::string text) { loaded_.mistakes.push_back(std::move(text)); }
  // How the value read last is shown: a secret one without what is secret.
  void show(std::string text) { loaded_.settings.back().value = std::move(text); }

 private:
  const Environment& env_;
  LoadedConfig& loaded_;
};

std::optional<std::string> parse_server_id(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
  if (!plain || text.size() > engineio::kMaxSidTag) return std::nullopt;
  return std::string(text);
}

// Whoever is alone has nobody to send its clients to, and is back the sooner the earlier it ends.
std::string_view drain_seconds(const Environment& env) {
  const auto redis = env("REDIS_URL");
  return redis && !redis->empty() ? "5" : "0";
}

std::optional<std::string> any_text(std::string_view text) {
  return std::string(text);
}

// From a text in milliseconds.
std::optional<util::Millis> parse_millis(std::string_view text) {
  const auto value = parse_int(text, 100, 600'000);
  return value ? std::optional(util::Millis{*value}) : std::nullopt;
}

constexpr std::string_view kSlowAllowed = "a number of milliseconds from 1 to 3600000, or 0 for none";

std::optional<util::Millis> parse_slow(std::string_view text) {
  const auto value = parse_int(text, 0, 3'600'000);
  return value ? std::optional(util::Millis{*value}) : std::nullopt;
}

void read_database(Reader& reader, DatabaseConfig& out) {
  reader.read("DATABASE_URL", "", "a PostgreSQL connection string, such as postgres://user:password@host:5432/name",
              out.url, parse_database_url, true);
  reader.read("DB_HOST", "", "a host name or a comma list of them", out.host, any_text);
  reader.read("DB_PORT", "5432", "a port, or a comma list of one for each host", out.port, parse_ports);
  reader.read("DB_NAME", "chillin", "the name of a database", out.name, any_text);
  reader.read("DB_USER", "chillin", "the name of a user", out.user, any_text);
  reader.read("DB_PASSWORD", "", "any text", out.password, any_text, true);
  reader.read("DB_REPLICA_URL", "", "a PostgreSQL connection string", out.replica_url, parse_database_url, true);
  reader.read("DB_POOL_SIZE", "4", "a number from 1 to 200", out.pool_size, [](std::string_view t) {
    const auto v = parse_int(t, 1, 200);
    return v ? std::optional<std::size_t>(static_cast<std::size_t>(*v)) : std::nullopt;
  });
  reader.read("DB_POOL_WAIT_MS", "3000", kMillisAllowed, out.pool_wait, parse_millis);
  reader.read("DB_STATEMENT_TIMEOUT_MS", "5000", kMillisAllowed, out.statement_timeout, parse_millis);
  reader.read("DB_CONNECT_TIMEOUT_MS", "10000", kMillisAllowed, out.connect_timeout, parse_millis);

  if (reader.given("DATABASE_URL") && reader.given("DB_HOST")) {
    reader.mistake("DATABASE_URL and DB_HOST are both set: unset one of them");
  }
  if (reader.given("DATABASE_URL") || reader.given("DB_HOST")) return;
  for (const auto* name : {"DB_PORT", "DB_NAME", "DB_USER", "DB_PASSWORD", "DB_REPLICA_URL"}) {
    if (reader.given(name)) {
      reader.mistake(std::string(name) +
                     " is set, but neither DATABASE_URL nor DB_HOST: unset it to use embedded storage");
    }
  }
}

}  // namespace

Environment process_environment() {
  return [](std::string_view name) -> std::optional<std::string> {
    const char* value = std::getenv(std::string(name).c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  };
}

LoadedConfig load_config(const Environment& env) {
  LoadedConfig loaded;
  Config& c = loaded.config;
  Reader reader(env, loaded);
  const auto cores = std::to_string(std::clamp(std::thread::hardware_concurrency(), 1U, 64U));

  reader.read("HOST", "127.0.0.1", "an IP address or host name to listen on, such as 0.0.0.0", c.host,
              [](std::string_view t) { return t.find(' ') == std::string_view::npos ? any_text(t) : std::nullopt; });
  reader.read("PORT", "5000", "a number from 0 to 65535 (0: any free port)", c.port, [](std::string_view t) {
    const auto v = parse_int(t, 0, 65535);
    return v ? std::optional<std::uint16_t>(static_cast<std::uint16_t>(*v)) : std::nullopt;
  });
  reader.read("DATA_DIR", "./data", "a folder; it is made if it is not there", c.data_dir, any_text);
  reader.read("CLIENT_ORIGIN", "", "a comma list of origins such as https://chat.example, or *", c.client_origins,
              parse_origins);
  reader.read("TRUST_PROXY", "0", "a number of proxies, or a comma list of addresses, networks, loopback, private",
              c.trust_proxy, [](std::string_view t) { return TrustProxy::parse(t); });
  reader.read(
      "SESSION_SECRET", "", "at least 16 characters", c.session_secret,
      [](std::string_view t) { return t.empty() || t.size() >= 16 ? any_text(t) : std::nullopt; }, true);
  reader.read("REDIS_URL", "", kRedisAllowed, c.redis_url, parse_redis, true);
  if (c.redis_url) reader.show(c.redis_url->to_string());
  reader.read("GUEST_ACCESS", "true", "true or false", c.guest_access, parse_bool);
  reader.read("MAX_MESSAGE_LENGTH", "500", "a number of characters from 1 to 100000", c.max_message_length,
              [](std::string_view t) {
                const auto v = parse_int(t, 1, 100'000);
                return v ? std::optional<std::size_t>(static_cast<std::size_t>(*v)) : std::nullopt;
              });
  reader.read("MAX_UPLOAD_SIZE", "10485760", "a number of bytes from 1 to 104857600", c.max_upload_bytes,
              [](std::string_view t) { return parse_int(t, 1, std::int64_t{100} << 20); });
  reader.read("UPLOAD_QUOTA", "1073741824", "a number of bytes, or 0 for no limit", c.upload_quota_bytes,
              [](std::string_view t) { return parse_int(t, 0, std::numeric_limits<std::int64_t>::max()); });
  reader.read("MESSAGE_RATE_LIMIT", "10/10", kRateAllowed, c.message_rate, parse_rate);
  reader.read("AUTH_RATE_LIMIT", "10/60", kRateAllowed, c.auth_rate, parse_rate);
  reader.read("ROOM_RATE_LIMIT", "30/600", kRateAllowed, c.room_rate, parse_rate);
  reader.read("HANDSHAKE_RATE_LIMIT", "100/1", kRateAllowed, c.handshake_rate, parse_rate);
  reader.read("IO_THREADS", cores, "a number from 1 to 64", c.io_threads, [](std::string_view t) {
    const auto v = parse_int(t, 1, 64);
    return v ? std::optional<int>(static_cast<int>(*v)) : std::nullopt;
  });
  reader.read("SERVER_ID", "", "1 to 16 letters and digits, another one for each server behind the same address",
              c.server_id, parse_server_id);
  reader.read("DRAIN_SECONDS", drain_seconds(env), "a number of seconds from 0 to 3600", c.drain,
              [](std::string_view t) {
                const auto v = parse_int(t, 0, 3600);
                return v ? std::optional(std::chrono::seconds(*v)) : std::nullopt;
              });
  reader.read("METRICS", "true", "true or false", c.metrics, parse_bool);
  reader.read(
      "METRICS_TOKEN", "", "at least 16 characters without spaces", c.metrics_token,
      [](std::string_view t) { return t.empty() || t.size() >= 16 ? printable_text(t) : std::nullopt; }, true);
  reader.read("SLOW_EVENT_MS", "1000", kSlowAllowed, c.slow_event, parse_slow);
  reader.read("SLOW_DELIVERY_MS", "2000", kSlowAllowed, c.slow_delivery, parse_slow);
  reader.read("LOG_LEVEL", "info", "trace, debug, info, warn, error or off", c.log_level, parse_level);
  reader.read("LOG_FORMAT", "json", "json or text", c.log_format, parse_format);

  read_database(reader, c.database);
  S3Settings s3;
  reader.read("USE_MINIO", "false", "true or false", s3.use_minio, parse_bool);
  s3.use_minio_given = env("USE_MINIO").value_or("") != "";
  reader.read("MINIO_ENDPOINT", "", kEndpointAllowed, s3.minio_endpoint, parse_endpoint);
  reader.read("S3_PUBLIC_ENDPOINT", "", kEndpointAllowed, s3.public_endpoint, parse_endpoint);
  reader.read("S3_ACCESS_KEY_ID", "", "the name of a key", s3.access_key_id, printable_text);
  reader.read("S3_SECRET_ACCESS_KEY", "", "its secret", s3.secret_access_key, printable_text, true);
  reader.read("S3_BUCKET_NAME", "", "3 to 63 of a-z, 0-9, - and .", s3.bucket,
              [](std::string_view t) { return t.empty() || blob::is_bucket_name(t) ? any_text(t) : std::nullopt; });
  reader.read("S3_REGION", "us-east-1", "a region such as eu-central-1", s3.region, [](std::string_view t) {
    return t.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos ? any_text(t)
                                                                                                  : std::nullopt;
  });
  c.s3 = s3_options(s3, loaded.mistakes);
  return loaded;
}

}  // namespace chillin::app
