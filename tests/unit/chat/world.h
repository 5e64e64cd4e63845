#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "bus/local/local_bus.h"
#include "chat/create_room.h"
#include "chat/end_session.h"
#include "chat/fanout.h"
#include "chat/join_room.h"
#include "chat/live_state.h"
#include "chat/send_message.h"
#include "chat/service.h"
#include "chat/service_tick.h"
#include "chat/session.h"
#include "chat/start_session.h"
#include "presence/memory/memory_presence.h"
#include "presence/memory/memory_rate_limiter.h"
#include "storage/sqlite/sqlite_storage.h"
#include "unit/chat/fakes/fake_hasher.h"
#include "unit/chat/fakes/manual_clock.h"
#include "unit/chat/fakes/memory_blobs.h"
#include "unit/chat/fakes/recording_delivery.h"
#include "util/crypto.h"
#include "util/log.h"
#include "util/manual_executor.h"

namespace chillin::test {

/// The chat on its real embedded stores in a folder of its own, with time in the test's hand and deliveries written
/// down.
class World : public ::testing::Test {
 protected:
  using SessionPtr = std::shared_ptr<chat::Session>;

  World() {
    util::log_setup(util::LogLevel::kWarn, util::LogFormat::kText);
    storage->log().set_listener(&fanout);
    bus.set_subscriber(&fanout);
  }
  ~World() override {
    executor.run_until_idle();
    storage->close();
    // Detached tasks (mentions) that were asleep in the storage have been answered: let them end.
    executor.run_until_idle();
    storage.reset();
    std::filesystem::remove_all(folder);
  }

  template <class T>
  T wait(util::Task<T> task) {
    return executor.wait(std::move(task));
  }
  /// The value of a task that must not be refused.
  template <class T>
  T good(util::Task<chat::Result<T>> task) {
    auto result = wait(std::move(task));
    if (!result) ADD_FAILURE() << chat::code_name(result.error().code) << ": " << result.error().message;
    return *std::move(result);
  }
  /// The refusal of a task that must be refused: its code, and the field if one is named ("INVALID_PAYLOAD text").
  template <class T>
  std::string refusal(util::Task<chat::Result<T>> task) {
    auto result = wait(std::move(task));
    if (result) return "(none)";
    std::string text(chat::code_name(result.error().code));
    if (!result.error().field.empty()) text += " " + result.error().field;
    return text;
  }
  void tick(util::Millis after = util::Millis{0}) {
    clock.advance(after);
    wait(chat::service_tick(service, clock.steady()));
  }

  chat::Account account(const std::string& name, const std::string& password_hash = "new:password") {
    chat::NewAccount account{.username = name, .password_hash = password_hash, .created_at = clock.wall()};
    return good(storage->accounts().create(std::move(account)));
  }
  SessionPtr guest(const std::string& socket_id = util::random_id(), const std::string& address = "10.0.0.1") {
    auto session = std::make_shared<chat::Session>(chat::Session{.socket_id = socket_id, .address = address});
    EXPECT_TRUE(wait(chat::start_session(service, session)));
    return session;
  }
  SessionPtr device(const chat::Account& account, const std::string& socket_id = util::random_id()) {
    auto session = std::make_shared<chat::Session>(chat::Session{.socket_id = socket_id, .address = "10.0.0.1"});
    session->account = chat::Identity{account.id, account.username};
    EXPECT_TRUE(wait(chat::start_session(service, session)));
    return session;
  }
  chat::JoinedRoomView join(const SessionPtr& session, const std::string& room, const std::string& name = "",
                            const std::string& password = "") {
    chat::JoinRoom command{.name = name, .room = room, .password = password};
    return good(chat::join_room(service, session, std::move(command)));
  }
  std::string join_refusal(const SessionPtr& session, const std::string& room, const std::string& name = "",
                           const std::string& password = "") {
    chat::JoinRoom command{.name = name, .room = room, .password = password};
    return refusal(chat::join_room(service, session, std::move(command)));
  }
  /// A guest in a room.
  SessionPtr guest_in(const std::string& room, const std::string& name) {
    auto session = guest();
    join(session, room, name);
    return session;
  }
  chat::Sent send(const SessionPtr& session, const std::string& text, const std::string& temp_id = "") {
    chat::SendMessage command{.text = text, .temp_id = temp_id};
    return good(chat::send_message(service, session, std::move(command)));
  }
  std::string send_refusal(const SessionPtr& session, const std::string& text, const std::string& temp_id = "") {
    chat::SendMessage command{.text = text, .temp_id = temp_id};
    return refusal(chat::send_message(service, session, std::move(command)));
  }
  chat::Room private_room(const std::string& name, const chat::Identity& creator) {
    chat::CreateRoom command{
        .creator = creator, .name = name, .is_private = true, .password = "garden", .address = "10.9.9.9"};
    return good(chat::create_room(service, std::move(command)));
  }
  static chat::Identity identity(const chat::Account& account) { return {account.id, account.username}; }
  std::int64_t people_in(const std::string& room) { return good(presence.count(room)); }

  static std::string new_folder() {
    return (std::filesystem::temp_directory_path() / ("chillin-chat-" + util::random_id(12))).string();
  }
  static std::unique_ptr<storage::SqliteStorage> open(const std::string& folder) {
    auto storage = storage::SqliteStorage::open(folder);
    if (!storage) throw std::runtime_error(storage.error().detail);
    return *std::move(storage);
  }

  std::string folder = new_folder();
  std::unique_ptr<storage::SqliteStorage> storage = open(folder);
  ManualClock clock;
  presence::MemoryPresence presence;
  presence::MemoryRateLimiter limiter{clock};
  FakeHasher hasher;
  MemoryBlobs blobs;
  RecordingDelivery delivery;
  chat::LiveState live;
  bus::LocalBus bus;
  chat::Settings settings;
  chat::Service service{.settings = settings,
                        .clock = clock,
                        .accounts = storage->accounts(),
                        .sessions = storage->sessions(),
                        .rooms = storage->rooms(),
                        .log = storage->log(),
                        .presence = presence,
                        .limiter = limiter,
                        .hasher = hasher,
                        .blobs = blobs,
                        .uploads = storage->uploads(),
                        .delivery = delivery,
                        .live = live,
                        .bus = bus};
  chat::Fanout fanout{service};
  util::ManualExecutor executor;
};

}  // namespace chillin::test
