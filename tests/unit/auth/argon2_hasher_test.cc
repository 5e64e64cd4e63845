#include "auth/argon2_hasher.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "util/manual_executor.h"

namespace chillin::auth {
namespace {

using chat::ErrorCode;
using util::ManualExecutor;
using util::Task;

/// The least that libsodium takes: the tests are about what happens, not about how long it takes.
Argon2Options cheap() {
  Argon2Options options;
  options.passes = 1;
  options.memory_bytes = 8192;
  return options;
}

/// Slow enough that jobs pile up behind it.
Argon2Options slow() {
  Argon2Options options;
  options.passes = 3;
  options.memory_bytes = std::size_t{32} << 20;
  return options;
}

TEST(Argon2Hasher, AHashMatchesItsPasswordOnly) {
  Argon2Hasher hasher;  // with the parameters that are used in production
  ManualExecutor executor;
  const auto hash = executor.wait(hasher.hash("correct horse"));
  ASSERT_TRUE(hash.ok());
  EXPECT_TRUE(hash->starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << *hash;

  const auto right = executor.wait(hasher.verify("correct horse", *hash));
  ASSERT_TRUE(right.ok());
  EXPECT_TRUE(right->matches);
  EXPECT_FALSE(right->needs_rehash);

  const auto wrong = executor.wait(hasher.verify("correct horsf", *hash));
  ASSERT_TRUE(wrong.ok());
  EXPECT_FALSE(wrong->matches);
  EXPECT_FALSE(wrong->needs_rehash);
}

TEST(Argon2Hasher, EqualPasswordsHaveDifferentHashes) {
  Argon2Hasher hasher(cheap());
  ManualExecutor executor;
  EXPECT_NE(*executor.wait(hasher.hash("same")), *executor.wait(hasher.hash("same")));
}

TEST(Argon2Hasher, AHashOfWeakerParametersIsToBeReplaced) {
  ManualExecutor executor;
  Argon2Hasher before(cheap());
  Argon2Options stronger = cheap();
  stronger.passes = 2;
  Argon2Hasher after(stronger);
  const std::string hash = *executor.wait(before.hash("secret"));
  const auto check = executor.wait(after.verify("secret", hash));
  EXPECT_TRUE(check->matches);
  EXPECT_TRUE(check->needs_rehash);
  EXPECT_FALSE(executor.wait(after.verify("guess", hash))->needs_rehash);
}

TEST(Argon2Hasher, AcceptsTheEarlierVersionsHashesAndAsksForNewOnes) {
  Argon2Hasher hasher(cheap());
  ManualExecutor executor;
  const std::string sha = "65e84be33532fb784c48129675f9eff3a682b27168c0ea744b2cf58ee02337c5";
  const std::string bcrypt = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
  for (const auto& [password, hash] : {std::pair{std::string("qwerty"), sha}, std::pair{std::string("U*U"), bcrypt}}) {
    const auto right = executor.wait(hasher.verify(password, hash));
    EXPECT_TRUE(right->matches) << hash;
    EXPECT_TRUE(right->needs_rehash) << hash;
    const auto wrong = executor.wait(hasher.verify(password + "x", hash));
    EXPECT_FALSE(wrong->matches) << hash;
    EXPECT_FALSE(wrong->needs_rehash) << hash;
  }
}

TEST(Argon2Hasher, NoAccountAndAnUnreadableHashNeverMatch) {
  Argon2Hasher hasher(cheap());
  ManualExecutor executor;
  for (const char* hash : {"", "broken", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA", "$2b$99$"}) {
    const auto check = executor.wait(hasher.verify("", hash));
    ASSERT_TRUE(check.ok()) << hash;
    EXPECT_FALSE(check->matches) << hash;
  }
}

// Counts CPU time and not seconds, so that a busy machine does not matter; the margin is a factor of three.
TEST(Argon2Hasher, AWrongPasswordCostsTheSameWithAndWithoutAnAccount) {
  Argon2Hasher hasher(slow());
  ManualExecutor executor;
  const std::string argon = *executor.wait(hasher.hash("password"));
  const auto cost = [&](const std::string& hash) {
    const auto cpu = [] {
      rusage usage{};
      getrusage(RUSAGE_SELF, &usage);
      return usage.ru_utime.tv_sec * 1e6 + static_cast<double>(usage.ru_utime.tv_usec) + usage.ru_stime.tv_sec * 1e6 +
             static_cast<double>(usage.ru_stime.tv_usec);
    };
    const double before = cpu();
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(executor.wait(hasher.verify("guess", hash))->matches);
    return cpu() - before;
  };
  const double with_account = cost(argon);
  EXPECT_GT(cost(""), with_account / 3);
  EXPECT_LT(cost(""), with_account * 3);
  EXPECT_GT(cost("65e84be33532fb784c48129675f9eff3a682b27168c0ea744b2cf58ee02337c5"), with_account / 3);
}

TEST(Argon2Hasher, AnOverlongPasswordIsRefusedAtOnce) {
  Argon2Hasher hasher(cheap());
  ManualExecutor executor;
  const std::string longest(Argon2Hasher::kMaxPasswordBytes, 'p');
  const auto hash = executor.wait(hasher.hash(longest));
  ASSERT_TRUE(hash.ok());
  EXPECT_TRUE(executor.wait(hasher.verify(longest, *hash))->matches);

  const auto refused = executor.wait(hasher.hash(longest + "p"));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidPayload);
  EXPECT_EQ(refused.error().field, "password");
  EXPECT_FALSE(executor.wait(hasher.verify(longest + "p", *hash))->matches);
}

struct Outcome {
  std::vector<int> calls;  // by job
  int ok = 0;
  int unavailable = 0;
  [[nodiscard]] int ended() const { return ok + unavailable; }
};

Task<void> hash_one(Argon2Hasher& hasher, Outcome& outcome, std::size_t job) {
  const auto result = co_await hasher.hash("password");
  ++outcome.calls[job];
  if (result.ok()) {
    ++outcome.ok;
  } else {
    EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
    EXPECT_GT(result.error().retry_after_ms, 0);
    ++outcome.unavailable;
  }
}

void flood(ManualExecutor& executor, Argon2Hasher& hasher, Outcome& outcome, std::size_t jobs) {
  outcome.calls.assign(jobs, 0);
  executor.post([&executor, &hasher, &outcome, jobs] {
    for (std::size_t i = 0; i < jobs; ++i) util::spawn(hash_one(hasher, outcome, i));
    static_cast<void>(executor);
  });
}

TEST(Argon2Hasher, BeyondItsQueueItRefusesAndTheQueueIsServed) {
  Argon2Options options = slow();
  options.max_waiting = 4;
  Argon2Hasher hasher(options);
  ManualExecutor executor;
  Outcome outcome;
  flood(executor, hasher, outcome, 30);
  executor.run_until([&] { return outcome.ended() == 30; });
  // One in work and four in the queue at a time; the worker may take one or two while the rest are being put in.
  EXPECT_GE(outcome.ok, 5);
  EXPECT_GE(outcome.unavailable, 1);
  EXPECT_EQ(outcome.calls, std::vector<int>(30, 1));
}

TEST(Argon2Hasher, WithoutAQueueAnIdleWorkerStillTakesAJob) {
  Argon2Options options = cheap();
  options.max_waiting = 0;
  Argon2Hasher hasher(options);
  ManualExecutor executor;
  EXPECT_TRUE(executor.wait(hasher.hash("password")).ok());
}

TEST(Argon2Hasher, StoppingEndsEveryPendingJobExactlyOnce) {
  Argon2Options options = slow();
  options.threads = 2;
  ManualExecutor executor;
  Outcome outcome;
  {
    Argon2Hasher hasher(options);
    flood(executor, hasher, outcome, 40);
    executor.run_until_idle();  // all are queued, a few may have ended
    hasher.stop();
    hasher.stop();  // once more does nothing
    executor.run_until_idle();
    EXPECT_EQ(outcome.ended(), 40);
    EXPECT_GE(outcome.unavailable, 1);
    EXPECT_EQ(outcome.calls, std::vector<int>(40, 1));
    const auto late = executor.wait(hasher.hash("too late"));
    ASSERT_FALSE(late.ok());
    EXPECT_EQ(late.error().code, ErrorCode::kUnavailable);
  }
  EXPECT_EQ(executor.run_until_idle(), 0U);
}

TEST(Argon2Hasher, SeveralThreadsOfCallersAreServedEachOnItsOwnExecutor) {
  Argon2Options options = cheap();
  options.threads = 2;
  options.max_waiting = 1000;
  Argon2Hasher hasher(options);
  std::vector<std::thread> callers;
  callers.reserve(4);
  std::atomic<int> matches{0};
  for (int t = 0; t < 4; ++t) {
    callers.emplace_back([&hasher, &matches, t] {
      ManualExecutor executor;
      const std::string password = "password " + std::to_string(t);
      const std::string hash = *executor.wait(hasher.hash(password));
      for (int i = 0; i < 20; ++i) {
        if (executor.wait(hasher.verify(password, hash))->matches) ++matches;
        if (executor.wait(hasher.verify("other", hash))->matches) matches += 1000;
      }
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(matches, 80);
}

TEST(Argon2Hasher, ItsThreadsYieldToOthers) {
  Argon2Options options = cheap();
  options.nice = 7;
  Argon2Hasher hasher(options);
  ManualExecutor executor;
  ASSERT_TRUE(executor.wait(hasher.hash("password")).ok());  // by then the worker has set its priority
  int niced = 0;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    niced += getpriority(PRIO_PROCESS, static_cast<id_t>(std::stoi(task.path().filename()))) == 7;
  }
  EXPECT_EQ(niced, 1);
}

TEST(Argon2Hasher, ParametersThatCannotWorkFailAtTheStart) {
  Argon2Options options = cheap();
  options.passes = 0;
  EXPECT_THROW(Argon2Hasher{options}, std::runtime_error);
  options = cheap();
  options.memory_bytes = 1024;
  EXPECT_THROW(Argon2Hasher{options}, std::runtime_error);
  options = cheap();
  options.threads = 0;
  EXPECT_THROW(Argon2Hasher{options}, std::runtime_error);
}

}  // namespace
}  // namespace chillin::auth
