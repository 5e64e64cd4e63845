#include "socketio/broadcast.h"

#include "socketio/adapter.h"
#include "socketio/packet_codec.h"

namespace chillin::socketio {

void Broadcast::emit(std::string_view event, const Payload& payload) const {
  adapter_->broadcast(target_, encode_shared_event(adapter_->nsp_name(), event, payload));
}

void Broadcast::emit_raw(std::string_view event, std::string_view args_json) const {
  engineio::EncodedBuilder packet;
  packet.text(encode_event(adapter_->nsp_name(), event, args_json));
  adapter_->broadcast(target_, packet.finish());
}

void Broadcast::emit_with_ack(std::string_view event, const Payload& payload, util::Millis timeout, Acks done) const {
  adapter_->broadcast_with_ack(target_, std::string(event), payload, timeout, std::move(done));
}

void Broadcast::fetch_sockets(util::UniqueFunction<void(std::vector<RemoteSocket>)> done) const {
  adapter_->fetch_sockets(target_, std::move(done));
}

void Broadcast::sockets_join(std::vector<std::string> rooms) const {
  adapter_->sockets_join(target_, std::move(rooms));
}

void Broadcast::sockets_leave(std::vector<std::string> rooms) const {
  adapter_->sockets_leave(target_, std::move(rooms));
}

void Broadcast::disconnect_sockets(bool close) const {
  adapter_->disconnect_sockets(target_, close);
}

}  // namespace chillin::socketio
