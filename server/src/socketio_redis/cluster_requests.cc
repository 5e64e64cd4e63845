// What other servers publish, and the answers to what this one asked. On the Redis loop.
#include <utility>

#include "socketio/packet_codec.h"
#include "socketio_redis/redis_adapter_impl.h"

namespace chillin::socketio {
namespace {

json::array to_json(const std::vector<std::string>& list) {
  json::array out;
  out.reserve(list.size());
  for (const std::string& text : list) out.emplace_back(text);
  return out;
}

}  // namespace

void RedisAdapter::on_published(std::string_view channel, std::string_view message) {
  if (channel.starts_with(channels_.broadcast)) {
    on_broadcast(message);
  } else if (channel == channels_.request) {
    on_request(message);
  } else if (channel.starts_with(channels_.response)) {
    on_response(message);
  }
}

void RedisAdapter::on_broadcast(std::string_view message) {
  auto received = decode_broadcast(message);
  if (!received || received->uid == uid_ || received->nsp != nsp_name()) return;
  local_->broadcast(std::move(received->target), encode_shared_event(nsp_name(), received->event, received->payload));
}

void RedisAdapter::on_request(std::string_view message) {
  auto asked = decode_request(message);
  // Its own has been done here already.
  if (!asked || asked->uid == uid_) return;
  switch (asked->type) {
    case RequestType::kAllRooms:
      return respond({asked->id, std::nullopt, {{"rooms", to_json(interest_.names())}}, {}});
    case RequestType::kSockets:
    case RequestType::kRemoteFetch:
      return answer_fetch(*asked);
    case RequestType::kRemoteJoin:
    case RequestType::kRemoteLeave:
    case RequestType::kRemoteDisconnect:
      return answer_membership(*asked);
    case RequestType::kServerSideEmit:
      return answer_server_event(*std::move(asked));
    case RequestType::kBroadcast:
      return answer_broadcast(*std::move(asked));
    case RequestType::kBroadcastClientCount:
    case RequestType::kBroadcastAck:
      return;  // these are responses
  }
}

void RedisAdapter::respond(const Response& response) {
  client_.publish(channels_.response, encode_response(response));
}

void RedisAdapter::answer_fetch(const Request& asked) {
  Target target = asked.target.value_or(Target{});
  const bool ids_only = asked.type == RequestType::kSockets;
  if (ids_only) target.rooms = asked.rooms;
  local_->fetch_sockets(target,
                        [weak = weak_from_this(), id = asked.id, ids_only](const std::vector<RemoteSocket>& found) {
                          const auto self = weak.lock();
                          if (!self) return;
                          json::array sockets;
                          for (const RemoteSocket& socket : found) {
                            if (ids_only) {
                              sockets.emplace_back(socket.id);
                            } else {
                              // Handshakes are released after connecting; the reference expects an object.
                              sockets.push_back(json::object{{"id", socket.id},
                                                             {"handshake", json::object()},
                                                             {"rooms", to_json(socket.rooms)},
                                                             {"data", json::object()}});
                            }
                          }
                          self->respond({id, std::nullopt, {{"sockets", std::move(sockets)}}, {}});
                        });
}

void RedisAdapter::answer_membership(const Request& asked) {
  // Older versions name one socket and want to know that it was there.
  const bool one_socket = !asked.target;
  if (one_socket && asked.socket.empty()) return;
  const Target target = one_socket ? Target{.rooms = {asked.socket}} : *asked.target;
  if (asked.type == RequestType::kRemoteJoin) local_->sockets_join(target, asked.rooms);
  if (asked.type == RequestType::kRemoteLeave) local_->sockets_leave(target, asked.rooms);
  if (asked.type == RequestType::kRemoteDisconnect) local_->disconnect_sockets(target, asked.close);
  if (!one_socket || asked.id.empty()) return;
  local_->fetch_sockets(target, [weak = weak_from_this(), id = asked.id](const std::vector<RemoteSocket>& found) {
    const auto self = weak.lock();
    if (self && !found.empty()) self->respond({id, std::nullopt, {}, {}});
  });
}

void RedisAdapter::answer_server_event(Request asked) {
  ServerAck ack;
  if (!asked.id.empty()) {
    ack = [weak = weak_from_this(), id = asked.id, called = false](json::value value) mutable {
      const auto self = weak.lock();
      if (!self || std::exchange(called, true)) return;
      self->respond({id, RequestType::kServerSideEmit, {{"data", std::move(value)}}, {}});
    };
  }
  nsp_.receive_server_event(std::move(asked.data), std::move(ack));
}

void RedisAdapter::answer_broadcast(Request asked) {
  const auto weak = weak_from_this();
  const std::string id = asked.id;
  local_->ask(*asked.target, asked.event, asked.payload, asked.timeout,
              {[weak, id](std::size_t recipients) {
                 if (const auto self = weak.lock()) {
                   self->respond({id, RequestType::kBroadcastClientCount, {{"clientCount", recipients}}, {}});
                 }
               },
               [weak, id](const char* error, Payload answer) {
                 const auto self = weak.lock();
                 if (!self || error != nullptr) return;
                 // The reference passes on the first argument.
                 json::value first = answer.args.empty() ? json::value(nullptr) : std::move(answer.args[0]);
                 self->respond({id, RequestType::kBroadcastAck, {{"packet", std::move(first)}}, std::move(answer)});
               }});
}

void RedisAdapter::on_response(std::string_view message) {
  auto response = decode_response(message);
  if (!response) return;
  const auto it = asked_.find(response->request_id);
  if (it == asked_.end()) return;
  const Asked& asked = it->second;
  asked.gathering->asker().post([on_response = asked.on_response, response = *std::move(response)]() mutable {
    on_response(std::move(response));
  });
}

}  // namespace chillin::socketio
