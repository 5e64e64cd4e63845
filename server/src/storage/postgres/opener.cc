#include "storage/postgres/opener.h"

#include <chrono>
#include <utility>

#include "storage/postgres/migrations.h"
#include "util/log.h"

namespace chillin::storage::postgres {

namespace {

constexpr util::Millis kBetweenAttempts{500};

PostgresOptions one_attempt(PostgresOptions options) {
  options.open_wait = util::Millis{0};
  return options;
}

}  // namespace

Opener::Opener(PostgresOptions options, std::function<void()> opened)
    : options_(one_attempt(std::move(options))), opened_(std::move(opened)), go_on_([this] {
        std::lock_guard lock(mutex_);
        return !stopping_;
      }) {}

void Opener::start(std::string trouble) {
  util::log_warn("database_waited_for", {{"error", trouble}});
  {
    std::lock_guard lock(mutex_);
    trouble_ = std::move(trouble);
  }
  thread_ = std::thread([this] { run(); });
}

void Opener::stop() {
  std::lock_guard one(stop_mutex_);
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::string Opener::trouble() const {
  std::lock_guard lock(mutex_);
  return trouble_;
}

void Opener::run() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      if (wake_.wait_for(lock, kBetweenAttempts, [this] { return stopping_; })) return;
    }
    auto migrated = migrate(options_, 0, &go_on_);
    if (!go_on_()) return;
    if (migrated) break;
    bool changed = false;
    {
      std::lock_guard lock(mutex_);
      changed = trouble_ != migrated.error().detail;
      trouble_ = migrated.error().detail;
    }
    if (changed) util::log_error("database_waited_for", {{"error", migrated.error().detail}});
  }
  util::log_info("database_opened");
  opened_();
  std::lock_guard lock(mutex_);
  trouble_.clear();
}

}  // namespace chillin::storage::postgres
