#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

namespace chillin::storage {

/// The last values read from the database, by key; exact, because every write goes through this process.
///
/// A reader notes epoch(key) before its snapshot and puts the value with it; the writer calls forget() or keep() after
/// its commit. A value that was read before a commit and arrives after it is thereby refused. Least recently used
/// values go first. Thread-safe.
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

  [[nodiscard]] std::uint64_t epoch(const Key& key) const {
    std::lock_guard lock(mutex_);
    return epochs_[slot(key)];
  }

  /// Keeps what was read in a snapshot begun after epoch(key) gave `epoch`.
  void put(const Key& key, Value value, std::uint64_t epoch) {
    std::lock_guard lock(mutex_);
    if (epoch == epochs_[slot(key)] && !index_.contains(key)) insert(key, std::move(value));
  }

  /// After a commit that changed what `key` stands for.
  void forget(const Key& key) {
    std::lock_guard lock(mutex_);
    ++epochs_[slot(key)];
    remove(key);
  }

  /// After a commit that made `value` of it.
  void keep(const Key& key, Value value) {
    std::lock_guard lock(mutex_);
    ++epochs_[slot(key)];
    remove(key);
    insert(key, std::move(value));
  }

  void forget_all() {
    std::lock_guard lock(mutex_);
    for (std::uint64_t& epoch : epochs_) ++epoch;
    index_.clear();
    entries_.clear();
  }

 private:
  using Entries = std::list<std::pair<Key, Value>>;
  // Keys share epochs: a commit refuses a few other readers' values too, which then are read once more.
  static constexpr std::size_t kEpochs = 512;

  [[nodiscard]] static std::size_t slot(const Key& key) { return std::hash<Key>()(key) % kEpochs; }

  void insert(const Key& key, Value value) {
    entries_.emplace_front(key, std::move(value));
    index_.emplace(key, entries_.begin());
    if (entries_.size() <= max_) return;
    index_.erase(entries_.back().first);
    entries_.pop_back();
  }
  void remove(const Key& key) {
    const auto found = index_.find(key);
    if (found == index_.end()) return;
    entries_.erase(found->second);
    index_.erase(found);
  }

  const std::size_t max_;
  mutable std::mutex mutex_;
  std::array<std::uint64_t, kEpochs> epochs_{};
  Entries entries_;  // most recently used first
  std::unordered_map<Key, typename Entries::iterator> index_;
};

}  // namespace chillin::storage
