#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "chat/ports/password_hasher.h"
#include "util/unique_function.h"

namespace chillin::auth {

struct Argon2Options {
  unsigned threads = 1;
  std::size_t max_waiting = 100;  ///< jobs that wait beside the running ones; 0: none may wait
  unsigned long long passes = 2;  ///< Argon2's t; at least 1. These two are OWASP's figures for Argon2id with one lane
  std::size_t memory_bytes = std::size_t{19} << 20;  ///< Argon2's m, for each running job; at least 8 KiB
  int nice = 10;  ///< of the workers, 0 to 19: with every core busy, a loop gets nine times a worker's time at 10
};

/// Argon2id (libsodium) on worker threads of its own.
///
/// Checks the old forms too (password_hash.h) and says `needs_rehash` of them. A wrong password costs one Argon2id
/// whatever is stored, also for no account at all and for an unsalted SHA-256, so that the time tells nothing.
///
/// Thread-safe, except that stop() and the destructor are the owner's. Must be stopped before the executors of those
/// who wait are gone: every task ends, those that still wait then with kUnavailable, and each ends on its caller's
/// executor.
class Argon2Hasher final : public chat::PasswordHasher {
 public:
  /// A longer password is refused (hash: kInvalidPayload, field "password") or never matches (verify).
  static constexpr std::size_t kMaxPasswordBytes = 1024;

  /// Hashes once, which takes some 30 ms, to see that the options work here. Throws std::runtime_error if they do not
  /// (too little memory, a figure out of range).
  explicit Argon2Hasher(const Argon2Options& options = {});
  ~Argon2Hasher() override;
  Argon2Hasher(const Argon2Hasher&) = delete;
  Argon2Hasher& operator=(const Argon2Hasher&) = delete;

  util::Task<chat::Result<std::string>> hash(std::string password) override;
  util::Task<chat::Result<chat::PasswordCheck>> verify(std::string password, std::string hash) override;

  /// Waits for the running jobs, refuses those that wait, ends the threads. Jobs that come later are refused.
  /// Idempotent.
  void stop();

 private:
  enum class How { kRun, kRefuse };
  using Job = util::UniqueFunction<void(How)>;

  template <class T, class Work>
  util::Task<chat::Result<T>> enqueue(Work work);
  /// Whether it was taken; a job that was not is left as it was.
  bool try_push(Job& job);
  void work();
  chat::Result<std::string> make_hash(std::string& password) const;
  chat::Result<chat::PasswordCheck> check(std::string& password, const std::string& hash) const;
  /// Spends what a real check costs.
  void check_in_vain(const std::string& password) const;

  const Argon2Options options_;
  std::string dummy_hash_;  ///< of a random password, with the options' parameters; not written after construction

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> waiting_;  // guarded by mutex_, as the next two
  unsigned idle_ = 0;        // workers without a job; so many jobs may be in `waiting_` beyond max_waiting
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace chillin::auth
