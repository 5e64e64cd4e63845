#include "net/loop.h"

#include <pthread.h>

#include <string>
#include <thread>

#include "net/loop_impl.h"

namespace chillin::net {

namespace {
thread_local constinit Loop* current_loop = nullptr;
}  // namespace

Loop::Loop(int index) : index_(index), impl_(std::make_unique<LoopImpl>(*this)) {}

Loop::~Loop() {
  impl_->discard();
}

Loop* Loop::current() noexcept {
  return current_loop;
}

void Loop::post(util::UniqueFunction<void()> fn) {
  impl_->post(std::move(fn));
}

util::SteadyTime Loop::now() const noexcept {
  return impl_->now();
}

void Loop::run() {
  current_loop = this;
  set_current(this);
  impl_->run();
  set_current(nullptr);
  current_loop = nullptr;
}

void Loop::stop() {
  impl_->stop();
}

Timer::Timer(Loop& loop, util::UniqueFunction<void()> on_fire) : loop_(loop), on_fire_(std::move(on_fire)) {}

Timer::~Timer() {
  // An armed timer's loop exists: the wheel disarms what is left when it goes. One that fires now is on the loop's
  // thread.
  if (armed_ || Loop::current() == &loop_) loop_.impl().timers().forget(*this);
}

void Timer::arm(util::Millis delay) {
  // The clock is read here because the turn's time may be old by the length of the turn, and a timer is never early.
  loop_.impl().timers().arm(*this, std::chrono::steady_clock::now() + delay);
}

void Timer::cancel() {
  if (armed_) loop_.impl().timers().cancel(*this);
}

struct LoopGroup::Threads {
  std::vector<std::thread> threads;
};

LoopGroup::LoopGroup(int threads) : threads_(std::make_unique<Threads>()) {
  for (int i = 0; i < threads; ++i) loops_.push_back(std::make_unique<Loop>(i));
  for (auto& loop : loops_) {
    threads_->threads.emplace_back([&loop = *loop] {
      pthread_setname_np(pthread_self(), ("loop-" + std::to_string(loop.index())).c_str());
      loop.run();
    });
  }
}

LoopGroup::~LoopGroup() {
  stop();
}

void LoopGroup::stop() {
  for (auto& loop : loops_) loop->stop();
  for (auto& thread : threads_->threads) thread.join();
  threads_->threads.clear();
}

}  // namespace chillin::net
