#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/database_config.h"
#include "app/s3_settings.h"
#include "app/trust_proxy.h"
#include "chat/ports/rate_limiter.h"
#include "redis/url.h"
#include "util/log.h"

namespace chillin::app {

/// The effective configuration of a server.
struct Config {
  std::string host;
  std::uint16_t port = 0;
  std::vector<std::string> client_origins;
  TrustProxy trust_proxy;
  std::string session_secret;  ///< empty: made at the first start and kept in data_dir
  bool guest_access = true;
  std::size_t max_message_length = 0;  ///< code points
  std::int64_t max_upload_bytes = 0;
  std::int64_t upload_quota_bytes = 0;  ///< of an account; 0: none
  std::optional<blob::S3Options> s3;    ///< nullopt: files are kept in data_dir
  std::string data_dir;
  DatabaseConfig database;
  int io_threads = 0;
  std::string server_id;          ///< stands in session ids, for load balancers; empty: none
  std::chrono::seconds drain{0};  ///< how long sessions go on after SIGTERM, while they are moved elsewhere
  chat::RateLimit message_rate;
  chat::RateLimit auth_rate;
  chat::RateLimit room_rate;
  chat::RateLimit handshake_rate;
  std::optional<redis::Url> redis_url;  ///< nullopt: this server is alone
  bool metrics = true;                  ///< false: nothing is counted
  std::string metrics_token;            ///< empty: only this machine may read them
  util::Millis slow_event{0};           ///< events that take as long are logged; 0: none
  util::Millis slow_delivery{0};        ///< messages that are as old when they are delivered are logged; 0: none
  util::LogLevel log_level = util::LogLevel::kInfo;
  util::LogFormat log_format = util::LogFormat::kJson;
};

/// Reads a variable, nullopt when it is not set. `std::getenv` in the program, a map in tests.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;
[[nodiscard]] Environment process_environment();

/// One variable as it took effect, for `check-config` and the README's table.
struct Setting {
  std::string name;
  std::string value;  ///< "(set)" or "(not set)" for secrets
  bool is_default = true;
  std::string allowed;  ///< what may be given, for a person
};

struct LoadedConfig {
  Config config;
  std::vector<Setting> settings;
  std::vector<std::string>
      mistakes;  ///< one line each: variable, what was given, what is allowed. Empty: config is good
};

/// Reads everything, and finds every mistake rather than the first.
[[nodiscard]] LoadedConfig load_config(const Environment& env);

}  // namespace chillin::app
