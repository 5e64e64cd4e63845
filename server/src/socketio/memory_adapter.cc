#include "socketio/memory_adapter.h"

#include <span>
#include <utility>

#include "socketio/batch_meter.h"
#include "socketio/packet_codec.h"
#include "socketio/socket_impl.h"

namespace chillin::socketio {
namespace {

SocketImpl& impl(Socket& socket) {
  return static_cast<SocketImpl&>(socket);
}
SocketImpl& impl(RoomMember& member) {
  return static_cast<SocketImpl&>(member);
}

thread_local constinit std::uint64_t packets_queued = 0;

struct Deliver {
  std::uint64_t& queued;
  void operator()(RoomMember& member, const engineio::EncodedPtr& packets, std::size_t first, std::size_t count) const {
    queued += count;
    impl(member).deliver(packets, first, count);
  }
  void ahead(std::span<RoomMember* const> members, std::size_t i) const { SocketImpl::look_ahead(members, i); }
};

struct DeliverWhole {
  const engineio::EncodedPtr& packet;
  std::size_t packets;
  bool is_volatile;
  void operator()(RoomMember& member) const {
    SocketImpl& socket = impl(member);
    if (is_volatile && !socket.conn().writable()) return;
    socket.deliver(packet, 0, packets);
  }
  void ahead(std::span<RoomMember* const> members, std::size_t i) const { SocketImpl::look_ahead(members, i); }
};

void deliver(Rooms& rooms, const Target& target, const engineio::EncodedPtr& packet) {
  rooms.select(target, DeliverWhole{packet, packet->packets(), target.is_volatile});
}

/// Puts the acknowledgements of one broadcast together. Confined to: the loop that asked.
struct AckCollector {
  bool counted = false;
  std::size_t awaited = 0;
  std::size_t settled = 0;
  std::vector<Payload> responses;
  Broadcast::Acks done;

  void finish_if_complete() {
    if (!counted || settled < awaited || !done) return;
    std::exchange(done, nullptr)(responses.size() < awaited ? "timeout" : nullptr, std::move(responses));
  }
};

/// How many recipients each loop found. Confined to: the loop that asked.
struct RecipientCount {
  std::size_t loops_left;
  std::size_t recipients = 0;
};

/// Puts the sockets of all loops together. Confined to: the loop that asked.
struct FetchCollector {
  std::size_t loops_left;
  std::vector<RemoteSocket> found;
  util::UniqueFunction<void(std::vector<RemoteSocket>)> done;
};

struct BatchJob {
  std::shared_ptr<const std::vector<Batch>> batches;
  std::vector<util::UniqueFunction<void()>> before;
};

}  // namespace

std::uint64_t batch_packets_queued() noexcept {
  return packets_queued;
}

AdapterFactory memory_adapter() {
  return [](Namespace& nsp, net::LoopGroup& loops) -> std::shared_ptr<Adapter> {
    return std::make_shared<MemoryAdapter>(static_cast<NamespaceImpl&>(nsp), loops);
  };
}

MemoryAdapter::MemoryAdapter(NamespaceImpl& nsp, net::LoopGroup& loops, RoomWatcher* watcher)
    : nsp_(nsp), nsp_name_(nsp.name()), loops_(loops) {
  for (std::size_t i = 0; i < loops.size(); ++i) states_.push_back(std::make_unique<LoopState>(watcher));
}

MemoryAdapter::LoopState& MemoryAdapter::state_of(Socket& socket) const {
  return *states_[static_cast<std::size_t>(socket.loop().index())];
}

net::Loop& MemoryAdapter::origin() {
  net::Loop* current = net::Loop::current();
  return current != nullptr ? *current : loops_.at(0);
}

template <class F>
void MemoryAdapter::post(std::size_t i, F f) {
  net::Loop& loop = loops_.at(i);
  LoopState* state = states_[i].get();
  if (net::Loop::current() != &loop) {
    loop.post([self = shared_from_this(), state, f = std::move(f)]() mutable { f(*state); });
    return;
  }
  ++state->own_posts;
  loop.post([self = shared_from_this(), state, f = std::move(f)]() mutable {
    --state->own_posts;
    f(*state);
  });
}

template <class F>
void MemoryAdapter::on_each_loop(const F& f) {
  LoopState* own = nullptr;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    if (net::Loop::current() == &loops_.at(i) && states_[i]->own_posts == 0) {
      own = states_[i].get();
    } else {
      post(i, f);
    }
  }
  // Last, so that the other loops can work meanwhile.
  if (own != nullptr) f(*own);
}

std::vector<SocketPtr> MemoryAdapter::selected(LoopState& state, const Target& target) {
  std::vector<SocketPtr> sockets;
  state.rooms.select(target, [&](RoomMember& member) { sockets.push_back(impl(member).shared_from_this()); });
  return sockets;
}

void MemoryAdapter::connect(Socket& socket) {
  state_of(socket).rooms.attach(impl(socket));
}
void MemoryAdapter::add(Socket& socket, std::string_view room) {
  state_of(socket).rooms.join(impl(socket), room);
}
void MemoryAdapter::remove(Socket& socket, std::string_view room) {
  state_of(socket).rooms.leave(impl(socket), room);
}
void MemoryAdapter::remove_all(Socket& socket) {
  state_of(socket).rooms.detach(impl(socket));
}
std::vector<std::string> MemoryAdapter::rooms_of(Socket& socket) const {
  return state_of(socket).rooms.rooms_of(impl(socket));
}

void MemoryAdapter::broadcast(Target target, engineio::EncodedPtr packet) {
  if (states_.size() == 1 && net::Loop::current() == &loops_.at(0) && states_[0]->own_posts == 0) {
    deliver(states_[0]->rooms, target, packet);
    return;
  }
  auto job = std::make_shared<const std::pair<Target, engineio::EncodedPtr>>(std::move(target), std::move(packet));
  on_each_loop([job](LoopState& state) { deliver(state.rooms, job->first, job->second); });
}

void MemoryAdapter::broadcast_with_ack(Target target, std::string event, Payload payload, util::Millis timeout,
                                       Broadcast::Acks done) {
  auto collector = std::make_shared<AckCollector>();
  collector->done = std::move(done);
  ask(target, event, payload, timeout,
      {[collector](std::size_t recipients) {
         collector->counted = true;
         collector->awaited = recipients;
         collector->finish_if_complete();
       },
       [collector](const char* error, Payload payload) {
         ++collector->settled;
         if (error == nullptr) collector->responses.push_back(std::move(payload));
         collector->finish_if_complete();
       }});
}

void MemoryAdapter::ask(const Target& target, std::string_view event, const Payload& payload, util::Millis timeout,
                        AckSink sink) {
  const std::int64_t id = nsp_.next_ack_id();
  const engineio::EncodedPtr packet = encode_shared_event(nsp_name_, event, payload, id);
  auto shared_target = std::make_shared<const Target>(target);
  auto shared_sink = std::make_shared<AckSink>(std::move(sink));
  auto count = std::make_shared<RecipientCount>(RecipientCount{states_.size()});
  on_each_loop([=, asker = &origin()](LoopState& state) {
    const auto sockets = selected(state, *shared_target);
    for (const SocketPtr& socket : sockets) {
      impl(*socket).await_ack(id, timeout, [shared_sink, asker](const char* error, Payload answer) {
        asker->post([shared_sink, error, answer = std::move(answer)]() mutable {
          shared_sink->answered(error, std::move(answer));
        });
      });
      impl(*socket).deliver(packet, 0, packet->packets());
    }
    asker->post([shared_sink, count, n = sockets.size()] {
      count->recipients += n;
      if (--count->loops_left == 0) shared_sink->recipients(count->recipients);
    });
  });
}

void MemoryAdapter::send_batch(std::shared_ptr<const std::vector<Batch>> batches,
                               std::vector<util::UniqueFunction<void()>> before) {
  auto job = std::make_shared<BatchJob>(BatchJob{std::move(batches), std::move(before)});
  // Never at once, even for the caller's own loop: `before` is the caller's code, and must not run inside the call.
  for (std::size_t i = 0; i < states_.size(); ++i) {
    post(i, [job, i](LoopState& state) {
      if (i < job->before.size() && job->before[i]) std::exchange(job->before[i], nullptr)();
      std::uint64_t queued = 0;
      for (const Batch& batch : *job->batches) state.rooms.deliver(batch, Deliver{queued});
      packets_queued += queued;
    });
  }
}

void MemoryAdapter::fetch_sockets(Target target, util::UniqueFunction<void(std::vector<RemoteSocket>)> done) {
  auto shared_target = std::make_shared<const Target>(std::move(target));
  auto collector = std::make_shared<FetchCollector>(FetchCollector{states_.size(), {}, std::move(done)});
  on_each_loop([shared_target, collector, asker = &origin()](LoopState& state) {
    std::vector<RemoteSocket> found;
    state.rooms.select(*shared_target, [&](RoomMember& member) {
      found.push_back({member.member_id(), state.rooms.rooms_of(member), nullptr});
    });
    asker->post([collector, found = std::move(found)]() mutable {
      for (RemoteSocket& socket : found) collector->found.push_back(std::move(socket));
      if (--collector->loops_left == 0) collector->done(std::move(collector->found));
    });
  });
}

void MemoryAdapter::sockets_join(Target target, std::vector<std::string> rooms) {
  auto job = std::make_shared<const std::pair<Target, std::vector<std::string>>>(std::move(target), std::move(rooms));
  on_each_loop([job](LoopState& state) {
    for (const SocketPtr& socket : selected(state, job->first)) {
      for (const std::string& room : job->second) socket->join(room);
    }
  });
}

void MemoryAdapter::sockets_leave(Target target, std::vector<std::string> rooms) {
  auto job = std::make_shared<const std::pair<Target, std::vector<std::string>>>(std::move(target), std::move(rooms));
  on_each_loop([job](LoopState& state) {
    for (const SocketPtr& socket : selected(state, job->first)) {
      for (const std::string& room : job->second) socket->leave(room);
    }
  });
}

void MemoryAdapter::disconnect_sockets(Target target, bool close) {
  auto shared_target = std::make_shared<const Target>(std::move(target));
  on_each_loop([shared_target, close](LoopState& state) {
    for (const SocketPtr& socket : selected(state, *shared_target)) socket->disconnect(close);
  });
}

void MemoryAdapter::server_side_emit(json::array, util::Millis, ServerAcks done) {
  if (done) origin().post([done = std::move(done)]() mutable { done(nullptr, {}); });
}

}  // namespace chillin::socketio
