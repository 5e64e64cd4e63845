#include "blob/s3/s3_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "blob/s3/transfer_curl.h"
#include "util/crypto.h"
#include "util/text.h"

namespace chillin::blob {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kMaxAttempts = 4;
constexpr milliseconds kFirstPause{100};
constexpr milliseconds kRepeatWithin{5'000};
constexpr milliseconds kLongestPoll{500};

bool may_pass(const util::Result<S3Response>& outcome) {
  if (!outcome) return true;
  const int status = outcome->status;
  return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

util::Error unavailable(std::string detail) {
  return {util::Error::Code::kUnavailable, std::move(detail), true};
}

void init_curl_once() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

/// A request on its way: its attempts, one after the other.
struct Job {
  S3Request request;
  S3Client::Done done;
  std::string payload_hash{};
  int attempts = 0;
  steady_clock::time_point begin{};
  steady_clock::time_point due{};  ///< when the next attempt begins
  std::optional<Transfer> transfer{};
};

// 100, 300, 900 ms, each up to a half longer, so that many that failed at once do not come back at once.
milliseconds pause_before(int attempt) {
  milliseconds pause = kFirstPause;
  for (int i = 1; i < attempt; ++i) pause *= 3;
  const auto random = static_cast<unsigned char>(util::random_bytes(1)[0]);
  return pause + pause * random / 512;
}

}  // namespace

class S3Client::Worker {
 public:
  explicit Worker(S3ClientOptions options) : options_(std::move(options)) {
    init_curl_once();
    multi_ = curl_multi_init();
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(options_.max_transfers));
    thread_ = std::thread([this] { run(); });
  }
  ~Worker() {
    stop();
    curl_multi_cleanup(multi_);
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void submit(std::unique_ptr<Job> job) {
    {
      std::lock_guard lock(mutex_);
      if (!stopping_ && incoming_.size() + busy_ < options_.max_queued) {
        incoming_.push_back(std::move(job));
        curl_multi_wakeup(multi_);
        return;
      }
    }
    job->done(unavailable("too many requests wait for S3, or it was stopped"));
  }

  void stop() {
    std::lock_guard only_one(stop_mutex_);
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
      curl_multi_wakeup(multi_);
    }
    if (thread_.joinable()) thread_.join();
  }

 private:
  using Jobs = std::vector<std::unique_ptr<Job>>;

  void run() {
    while (take_incoming()) {
      start_due();
      int running = 0;
      curl_multi_perform(multi_, &running);
      end_finished();
      end_idle();
      curl_multi_poll(multi_, nullptr, 0, static_cast<int>(until_due().count()), nullptr);
    }
    for (auto& job : jobs_) {
      detach(*job);
      job->done(unavailable("S3 storage was stopped"));
    }
    jobs_.clear();
  }

  // False: the end has come; what waited is among the jobs.
  bool take_incoming() {
    std::lock_guard lock(mutex_);
    while (!incoming_.empty()) {
      jobs_.push_back(std::move(incoming_.front()));
      incoming_.pop_front();
    }
    busy_ = jobs_.size();
    return !stopping_;
  }

  void start_due() {
    const auto now = steady_clock::now();
    for (auto& job : jobs_) {
      if (transfers_ >= options_.max_transfers) return;
      if (job->transfer || job->due > now) continue;
      if (job->attempts++ == 0) {
        job->begin = now;
        job->payload_hash = util::hex_encode(util::sha256(job->request.body));
      }
      job->transfer.emplace(options_, job->request, job->payload_hash, util::system_clock().wall());
      curl_multi_add_handle(multi_, job->transfer->handle());
      ++transfers_;
    }
  }

  void end_finished() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      CURL* const handle = message->easy_handle;
      const auto found = std::find_if(jobs_.begin(), jobs_.end(), [&](const auto& job) {
        return job && job->transfer && job->transfer->handle() == handle;
      });
      if (found != jobs_.end()) end(*found, (*found)->transfer->finish(code));
    }
    std::erase(jobs_, nullptr);
  }

  void end_idle() {
    const auto now = steady_clock::now();
    for (auto& job : jobs_) {
      if (job->transfer && job->transfer->idle(now)) end(job, unavailable("no answer in time"));
    }
    std::erase(jobs_, nullptr);
  }

  // Repeats it later, or answers it; then `job` is null, until the caller takes the empty places out.
  void end(std::unique_ptr<Job>& job, util::Result<S3Response> outcome) {
    detach(*job);
    const auto now = steady_clock::now();
    const bool again = job->request.repeat && job->attempts < kMaxAttempts && now - job->begin < kRepeatWithin;
    if (again && may_pass(outcome)) {
      job->due = now + pause_before(job->attempts);
      return;
    }
    auto ended = std::move(job);
    ended->done(std::move(outcome));
  }

  void detach(Job& job) {
    if (!job.transfer) return;
    curl_multi_remove_handle(multi_, job.transfer->handle());
    job.transfer.reset();
    --transfers_;
  }

  [[nodiscard]] milliseconds until_due() const {
    const auto now = steady_clock::now();
    auto wait = kLongestPoll;
    for (const auto& job : jobs_) {
      if (job->transfer || transfers_ >= options_.max_transfers) continue;
      wait = std::min(wait, std::chrono::ceil<milliseconds>(std::max(job->due, now) - now));
    }
    return wait;
  }

  const S3ClientOptions options_;
  CURLM* multi_ = nullptr;
  Jobs jobs_;                  // oldest first; on the thread only
  std::size_t transfers_ = 0;  // of them with a transfer; on the thread only
  std::mutex mutex_;
  std::deque<std::unique_ptr<Job>> incoming_;  // guarded by mutex_
  std::size_t busy_ = 0;                       // guarded by mutex_: jobs_.size()
  bool stopping_ = false;                      // guarded by mutex_
  std::mutex stop_mutex_;
  std::thread thread_;
};

S3Client::S3Client(S3ClientOptions options) : worker_(std::make_unique<Worker>(std::move(options))) {}

S3Client::~S3Client() = default;

void S3Client::send(S3Request request, Done done) {
  auto job = std::make_unique<Job>();
  job->request = std::move(request);
  job->done = std::move(done);
  worker_->submit(std::move(job));
}

void S3Client::stop() {
  worker_->stop();
}

}  // namespace chillin::blob
