#include "auth/argon2_hasher.h"

#include <pthread.h>
#include <sodium.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <utility>

#include "auth/password_hash.h"
#include "util/crypto.h"
#include "util/log.h"

namespace chillin::auth {

namespace {

constexpr std::int64_t kRetryAfterMs = 2000;

chat::Error busy() {
  return {chat::ErrorCode::kUnavailable, "Too many people are signing in at the moment. Please try again.",
          kRetryAfterMs};
}

/// The machine is short of memory, as good as always.
chat::Error cannot_hash(int error) {
  util::log_error("password_hash_failed", {{"errno", error}});
  return {chat::ErrorCode::kUnavailable, "The server is busy. Please try again.", kRetryAfterMs};
}

void wipe(std::string& secret) {
  sodium_memzero(secret.data(), secret.size());
}

enum class Verdict { kMatch, kMismatch, kNoMemory };

Verdict verify_argon2id(const std::string& password, const std::string& hash) {
  errno = 0;
  if (crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0) return Verdict::kMatch;
  // The library says -1 for both; a person must not read "wrong password" because the machine was short of memory.
  return errno == ENOMEM ? Verdict::kNoMemory : Verdict::kMismatch;
}

}  // namespace

Argon2Hasher::Argon2Hasher(const Argon2Options& options) : options_(options) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
  std::string random = util::random_bytes(32);
  auto dummy = make_hash(random);
  if (!dummy || options_.threads == 0) {
    throw std::runtime_error("password hashing does not work with " + std::to_string(options_.threads) + " threads, " +
                             std::to_string(options_.passes) + " passes and " + std::to_string(options_.memory_bytes) +
                             " bytes of memory");
  }
  dummy_hash_ = *std::move(dummy);
  idle_ = options_.threads;
  for (unsigned i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { work(); });
}

Argon2Hasher::~Argon2Hasher() {
  stop();
}

util::Task<chat::Result<std::string>> Argon2Hasher::hash(std::string password) {
  if (password.size() > kMaxPasswordBytes) {
    wipe(password);
    co_return chat::Error{chat::ErrorCode::kInvalidPayload, "The password is too long.", -1, "password"};
  }
  auto task = enqueue<std::string>([this, p = std::move(password)]() mutable { return make_hash(p); });
  co_return co_await std::move(task);
}

util::Task<chat::Result<chat::PasswordCheck>> Argon2Hasher::verify(std::string password, std::string hash) {
  if (password.size() > kMaxPasswordBytes) {
    wipe(password);
    co_return chat::PasswordCheck{};
  }
  auto task = enqueue<chat::PasswordCheck>(
      [this, p = std::move(password), h = std::move(hash)]() mutable { return check(p, h); });
  co_return co_await std::move(task);
}

template <class T, class Work>
util::Task<chat::Result<T>> Argon2Hasher::enqueue(Work work) {
  auto start = [this, w = std::move(work)](util::Completion<chat::Result<T>> done) mutable {
    Job job = [run = std::move(w), complete = std::move(done)](How how) mutable {
      if (how == How::kRefuse) return complete(busy());
      complete(run());
    };
    if (!try_push(job)) job(How::kRefuse);
  };
  auto awaitable = util::suspend_with<chat::Result<T>>(std::move(start));
  co_return co_await awaitable;
}

bool Argon2Hasher::try_push(Job& job) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= options_.max_waiting + idle_) return false;
    waiting_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

void Argon2Hasher::work() {
  pthread_setname_np(pthread_self(), "password");
  // On Linux the priority is the thread's own. Without the right to it the workers run as everyone else.
  if (setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), options_.nice) != 0) {
    util::log_warn("password_threads_not_niced", {{"errno", errno}});
  }
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    Job job = std::move(waiting_.front());
    waiting_.pop_front();
    --idle_;
    lock.unlock();
    job(How::kRun);
    job = nullptr;  // what it holds goes before the lock is taken
    lock.lock();
    ++idle_;
  }
}

void Argon2Hasher::stop() {
  std::deque<Job> refused;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    refused.swap(waiting_);
  }
  wake_.notify_all();
  for (Job& job : refused) job(How::kRefuse);
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

chat::Result<std::string> Argon2Hasher::make_hash(std::string& password) const {
  char out[crypto_pwhash_STRBYTES];
  const int failed = crypto_pwhash_str_alg(out, password.data(), password.size(), options_.passes,
                                           options_.memory_bytes, crypto_pwhash_ALG_ARGON2ID13);
  wipe(password);
  if (failed != 0) return cannot_hash(errno);
  return std::string(out);
}

chat::Result<chat::PasswordCheck> Argon2Hasher::check(std::string& password, const std::string& hash) const {
  chat::PasswordCheck result;
  switch (hash_kind(hash)) {
    case HashKind::kArgon2id: {
      const Verdict verdict = verify_argon2id(password, hash);
      if (verdict == Verdict::kNoMemory) return cannot_hash(ENOMEM);
      result.matches = verdict == Verdict::kMatch;
      result.needs_rehash =
          result.matches && crypto_pwhash_str_needs_rehash(hash.c_str(), options_.passes, options_.memory_bytes) != 0;
      break;
    }
    case HashKind::kBcrypt:
      // Costs about as much as Argon2id by itself.
      result.matches = result.needs_rehash = matches_bcrypt(password, hash);
      break;
    case HashKind::kSha256Hex:
      result.matches = result.needs_rehash = matches_sha256_hex(password, hash);
      if (!result.matches) check_in_vain(password);
      break;
    case HashKind::kUnknown:
      if (!hash.empty()) util::log_warn("password_hash_unknown", {{"size", hash.size()}});
      check_in_vain(password);
      break;
  }
  wipe(password);
  return result;
}

void Argon2Hasher::check_in_vain(const std::string& password) const {
  static_cast<void>(verify_argon2id(password, dummy_hash_));
}

}  // namespace chillin::auth
