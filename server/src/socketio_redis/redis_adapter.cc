#include "socketio_redis/redis_adapter.h"

#include <utility>

#include "socketio_redis/redis_adapter_impl.h"
#include "util/crypto.h"

namespace chillin::socketio {
namespace {

constexpr std::size_t kUidLength = 6;

}  // namespace

AdapterFactory redis_adapter(redis::Client& client, RedisAdapterOptions options) {
  return [&client, options = std::move(options)](Namespace& nsp, net::LoopGroup& loops) -> std::shared_ptr<Adapter> {
    return std::make_shared<RedisAdapter>(static_cast<NamespaceImpl&>(nsp), loops, client, options);
  };
}

RedisAdapter::RedisAdapter(NamespaceImpl& nsp, net::LoopGroup& loops, redis::Client& client,
                           RedisAdapterOptions options)
    : nsp_(nsp),
      client_(client),
      options_(std::move(options)),
      uid_(util::random_id(kUidLength)),
      channels_(options_.prefix, nsp.name(), uid_),
      interest_([this](std::string_view room) { client_.subscribe(channels_.room(room), this); },
                [this](std::string_view room) { client_.unsubscribe(channels_.room(room), this); }),
      local_(std::make_shared<MemoryAdapter>(nsp, loops, &interest_)) {
  for (const std::string* channel :
       {&channels_.broadcast, &channels_.request, &channels_.response, &channels_.own_response}) {
    client_.subscribe(*channel, this);
  }
}

RedisAdapter::~RedisAdapter() {
  client_.remove_listener(static_cast<redis::ChannelListener*>(this));
}

Request RedisAdapter::request(RequestType type) const {
  Request out;
  out.type = type;
  out.uid = uid_;
  return out;
}

void RedisAdapter::tell_others(const Request& request) {
  client_.publish(channels_.request, encode_request(request, nsp_name()));
}

std::shared_ptr<Gathering> RedisAdapter::gather(Request& request, util::Millis timeout,
                                                util::UniqueFunction<void(bool complete)> done) {
  request.id = util::random_id(kUidLength);
  auto finish = [weak = weak_from_this(), id = request.id, done = std::move(done)](bool complete) mutable {
    if (const auto self = weak.lock()) {
      self->client_.loop().post([weak, id] {
        if (const auto adapter = weak.lock()) adapter->asked_.erase(id);
      });
    }
    done(complete);
  };
  auto gathering = std::make_shared<Gathering>(local_->origin(), std::move(finish));
  gathering->start(timeout);
  return gathering;
}

void RedisAdapter::ask_others(const std::shared_ptr<Gathering>& gathering, Request request, bool with_own,
                              OnResponse on_response) {
  client_.loop().post([weak = weak_from_this(), gathering, request = std::move(request), with_own,
                       on_response = std::move(on_response)]() mutable {
    const auto self = weak.lock();
    if (!self) return;
    self->asked_.emplace(request.id, Asked{gathering, std::move(on_response)});
    const std::string message = encode_request(request, self->nsp_name());
    self->client_.send(
        redis::Command("PUBSUB").add("NUMSUB").add(self->channels_.request),
        [weak, gathering, with_own, message](const redis::ReplyOr& reply) {
          std::size_t servers = 1;
          if (reply && reply->is_array() && reply->elements.size() == 2 && reply->elements[1].integer > 1) {
            servers = static_cast<std::size_t>(reply->elements[1].integer);
          }
          gathering->asker().post([gathering, n = with_own ? servers : servers - 1] { gathering->expect_servers(n); });
          const auto adapter = weak.lock();
          if (adapter && servers > 1) adapter->client_.publish(adapter->channels_.request, message);
        });
  });
}

void RedisAdapter::broadcast(Target target, engineio::EncodedPtr packet) {
  if (reaches_others(target)) {
    if (const auto message = encode_broadcast(uid_, nsp_name(), *packet, target)) {
      client_.publish(target.rooms.size() == 1 ? channels_.room(target.rooms[0]) : channels_.broadcast, *message);
    }
  }
  local_->broadcast(std::move(target), std::move(packet));
}

void RedisAdapter::broadcast_with_ack(Target target, std::string event, Payload payload, util::Millis timeout,
                                      Broadcast::Acks done) {
  if (!reaches_others(target)) {
    local_->broadcast_with_ack(std::move(target), std::move(event), std::move(payload), timeout, std::move(done));
    return;
  }
  struct Acks {
    std::vector<Payload> responses;
    bool failed = false;
  };
  auto acks = std::make_shared<Acks>();
  Request asked = request(RequestType::kBroadcast);
  const auto gathering = gather(asked, timeout, [acks, done = std::move(done)](bool complete) mutable {
    done(complete && !acks->failed ? nullptr : "timeout", std::move(acks->responses));
  });
  local_->ask(target, event, payload, timeout,
              {[gathering](std::size_t recipients) { gathering->server_answered(recipients); },
               [gathering, acks](const char* error, Payload response) {
                 if (gathering->finished()) return;
                 if (error == nullptr) {
                   acks->responses.push_back(std::move(response));
                 } else {
                   acks->failed = true;
                 }
                 gathering->client_answered();
               }});
  asked.target = std::move(target);
  asked.event = std::move(event);
  asked.payload = std::move(payload);
  asked.timeout = timeout;
  ask_others(gathering, std::move(asked), true, [gathering, acks](Response response) {
    if (gathering->finished()) return;
    if (response.type == RequestType::kBroadcastClientCount) {
      const json::value* count = response.body.if_contains("clientCount");
      gathering->server_answered(count != nullptr && count->is_int64() && count->get_int64() > 0
                                     ? static_cast<std::size_t>(count->get_int64())
                                     : 0);
    } else if (response.type == RequestType::kBroadcastAck) {
      // The one value that servers pass on.
      Payload payload = std::move(response.attachments);
      const json::value* packet = response.body.if_contains("packet");
      if (packet != nullptr) payload.args.push_back(*packet);
      acks->responses.push_back(std::move(payload));
      gathering->client_answered();
    }
  });
}

void RedisAdapter::fetch_sockets(Target target, util::UniqueFunction<void(std::vector<RemoteSocket>)> done) {
  if (!reaches_others(target)) return local_->fetch_sockets(std::move(target), std::move(done));
  auto found = std::make_shared<std::vector<RemoteSocket>>();
  Request asked = request(RequestType::kRemoteFetch);
  const auto gathering = gather(asked, options_.request_timeout,
                                [found, done = std::move(done)](bool) mutable { done(std::move(*found)); });
  asked.target = target;
  local_->fetch_sockets(std::move(target), [gathering, found](std::vector<RemoteSocket> sockets) {
    for (RemoteSocket& socket : sockets) found->push_back(std::move(socket));
    gathering->server_answered();
  });
  ask_others(gathering, std::move(asked), true, [gathering, found](const Response& response) {
    if (gathering->finished()) return;
    const json::value* sockets = response.body.if_contains("sockets");
    if (sockets == nullptr || !sockets->is_array()) return;
    for (const json::value& entry : sockets->get_array()) {
      const json::object* object = entry.if_object();
      const json::value* id = object != nullptr ? object->if_contains("id") : nullptr;
      if (id == nullptr || !id->is_string()) continue;
      RemoteSocket& socket = found->emplace_back();
      socket.id = std::string_view(id->get_string());
      if (const json::value* rooms = object->if_contains("rooms"); rooms != nullptr && rooms->is_array()) {
        for (const json::value& room : rooms->get_array()) {
          if (room.is_string()) socket.rooms.emplace_back(std::string_view(room.get_string()));
        }
      }
      if (const json::value* data = object->if_contains("data")) socket.data = *data;
    }
    gathering->server_answered();
  });
}

void RedisAdapter::sockets_join(Target target, std::vector<std::string> rooms) {
  if (reaches_others(target)) {
    Request asked = request(RequestType::kRemoteJoin);
    asked.target = target;
    asked.rooms = rooms;
    tell_others(asked);
  }
  local_->sockets_join(std::move(target), std::move(rooms));
}

void RedisAdapter::sockets_leave(Target target, std::vector<std::string> rooms) {
  if (reaches_others(target)) {
    Request asked = request(RequestType::kRemoteLeave);
    asked.target = target;
    asked.rooms = rooms;
    tell_others(asked);
  }
  local_->sockets_leave(std::move(target), std::move(rooms));
}

void RedisAdapter::disconnect_sockets(Target target, bool close) {
  if (reaches_others(target)) {
    Request asked = request(RequestType::kRemoteDisconnect);
    asked.target = target;
    asked.close = close;
    tell_others(asked);
  }
  local_->disconnect_sockets(std::move(target), close);
}

void RedisAdapter::server_side_emit(json::array event, util::Millis timeout, ServerAcks done) {
  Request asked = request(RequestType::kServerSideEmit);
  asked.data = std::move(event);
  if (!done) return tell_others(asked);
  auto responses = std::make_shared<std::vector<json::value>>();
  const auto gathering = gather(asked, timeout.count() > 0 ? timeout : options_.request_timeout,
                                [responses, done = std::move(done)](bool complete) mutable {
                                  done(complete ? nullptr : "timeout", std::move(*responses));
                                });
  ask_others(gathering, std::move(asked), false, [gathering, responses](const Response& response) {
    if (gathering->finished()) return;
    const json::value* data = response.body.if_contains("data");
    responses->push_back(data != nullptr ? *data : json::value(nullptr));
    gathering->server_answered();
  });
}

}  // namespace chillin::socketio
