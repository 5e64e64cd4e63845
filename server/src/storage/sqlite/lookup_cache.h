#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

namespace chillin::storage {

/// The last values read from the database, by key; exact, because every write goes through this process.
///
/// A reader notes epoch() before its snapshot and puts the value with it; a writer calls forget() after its commit. A value that
/// was read before a commit and arrives after it is thereby refused. Least recently used values go first. Thread-safe.
template <class Key, class Value>
class LookupCache {
 public:
  explicit LookupCache(std::size_t max_entries) : max_(max_entries) {}

  [[nodiscard]] std::optional<Value> get(const Key& key) {
    std::lock_guard lock(mutex_);
    const auto found = index_.find(key);
    if (found == index_.end()) return std::nullopt;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->second;
  }

  [[nodiscard]] std::uint64_t epoch() const {
    std::lock_guard lock(mutex_);
    return epoch_;
  }

  /// Keeps what was read in a snapshot begun after epoch() gave `epoch`.
  void put(const Key& key, Value value, std::uint64_t epoch) {
    std::lock_guard lock(mutex_);
    if (epoch != epoch_ || index_.contains(key)) return;
    entries_.emplace_front(key, std::move(value));
    index_.emplace(key, entries_.begin());
    if (entries_.size() <= max_) return;
    index_.erase(entries_.back().first);
    entries_.pop_back();
  }

  /// After a commit that changed what `key` stands for.
  void forget(const Key& key) {
    std::lock_guard lock(mutex_);
    ++epoch_;
    const auto found = index_.find(key);
    if (found == index_.end()) return;
    entries_.erase(found->second);
    index_.erase(found);
  }

  void forget_all() {
    std::lock_guard lock(mutex_);
    ++epoch_;
    index_.clear();
    entries_.clear();
  }

 private:
  using Entries = std::list<std::pair<Key, Value>>;
  const std::size_t max_;
  mutable std::mutex mutex_;
  std::uint64_t epoch_ = 0;
  Entries entries_;  // most recently used first
  std::unordered_map<Key, typename Entries::iterator> index_;
};

}  // namespace chillin::storage
