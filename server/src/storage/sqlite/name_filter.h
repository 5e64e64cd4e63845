#pragma once

#include <functional>
#include <mutex>
#include <shared_mutex>
#include <string_view>
#include <unordered_set>

namespace chillin::storage {

/// Which names no account has, without asking the database: every guest's join asks that, nearly always with the answer
/// no. Holds a hash per name (some 32 bytes), so that a "maybe" can be wrong and a "no" cannot: every account is made
/// by this process, which adds the name before its row is committed. Thread-safe.
class NameFilter {
 public:
  void add(std::string_view name) {
    std::unique_lock lock(mutex_);
    hashes_.insert(std::hash<std::string_view>{}(name));
  }
  [[nodiscard]] bool maybe(std::string_view name) const {
    std::shared_lock lock(mutex_);
    return hashes_.contains(std::hash<std::string_view>{}(name));
  }

 private:
  mutable std::shared_mutex mutex_;
  std::unordered_set<std::size_t> hashes_;  // guarded by mutex_
};

}  // namespace chillin::storage
