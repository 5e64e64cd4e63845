#include "app/drain.h"

#include <algorithm>
#include <functional>
#include <thread>

#include "gateway/json_out.h"
#include "socketio/server.h"

namespace chillin::app {

namespace {

// Not the same for neighbours in a slot: a second number from the same id.
std::size_t second_hash(std::string_view id) {
  return std::hash<std::string_view>()(id) / 65'537;
}

void tell(socketio::Socket& socket, std::int64_t retry_after) {
  const auto event = gateway::wire_event(chat::ServerShutdown{retry_after}, util::system_clock().wall());
  socket.emit_raw(event.name, event.args);
}

}  // namespace

DrainPlan::DrainPlan(util::Millis window) : slots_(1) {
  const auto steps = static_cast<std::size_t>(std::max<std::int64_t>(window / kStep, 0));
  if (steps > kStepsToClose) slots_ = steps - kStepsToClose;
}

std::size_t DrainPlan::slot_of(std::string_view connection_id) const noexcept {
  return std::hash<std::string_view>()(connection_id) % slots_;
}

std::int64_t retry_after_ms(std::string_view connection_id, std::size_t clients) {
  static constexpr std::size_t kFirstMs = 1'000;
  static constexpr std::size_t kMostMs = 30'000;
  const std::size_t spread = std::clamp(clients * 1'000 / kReturnsPerSecond, std::size_t{1'000}, kMostMs);
  return static_cast<std::int64_t>(kFirstMs + second_hash(connection_id) % spread);
}

void drain(socketio::Server& io, util::Millis window) {
  const DrainPlan plan(window);
  auto next = std::chrono::steady_clock::now();
  for (std::size_t step = 0; step < plan.steps() && io.engine().sessions() > 0; ++step) {
    io.visit([plan, step](socketio::Socket& socket) {
      engineio::Socket& conn = socket.conn();
      const std::size_t slot = plan.slot_of(conn.id());
      // They leave at different times already, so all may come back soon.
      if (slot == step) tell(socket, retry_after_ms(conn.id(), 0));
      if (slot + DrainPlan::kStepsToClose == step) conn.close();
    });
    next += DrainPlan::kStep;
    std::this_thread::sleep_until(next);
  }
}

void tell_shutdown(socketio::Server& io) {
  io.visit([clients = io.engine().sessions()](socketio::Socket& socket) {
    tell(socket, retry_after_ms(socket.conn().id(), clients));
  });
}

}  // namespace chillin::app
