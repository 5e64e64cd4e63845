#include "socketio/client.h"

#include <algorithm>
#include <utility>

#include "socketio/hub.h"
#include "socketio/socket_impl.h"
#include "util/crypto.h"
#include "util/log.h"

namespace chillin::socketio {

Client::Client(Hub& hub, engineio::SocketPtr conn) : hub_(hub), conn_(std::move(conn)), decoder_(hub.limits()) {}

Client::~Client() {
  conn_->set_handler(nullptr);
}

void Client::start() {
  conn_->set_handler(this);
  const auto timeout = hub_.options().connect_timeout;
  if (timeout.count() > 0) {
    connect_timer_ = std::make_unique<net::Timer>(conn_->loop(), [this] { connect_timed_out(); });
    connect_timer_->arm(timeout);
  }
  if (protocol() == 3) connect("/", json::object());
}

void Client::on_message(std::string_view data, bool binary) {
  if (closing_) return;
  auto decoded = binary ? decoder_.binary(data) : decoder_.text(data);
  if (!decoded) {
    util::log_debug("socketio_parse_error", {{"conn", conn_->id()}, {"error", decoded.error().what}});
    return fail("parse error");
  }
  if (decoded->has_value()) handle(std::move(**decoded));
}

void Client::on_close(std::string_view reason) {
  // Not at once: a send may have closed the connection (a reader too slow), in the middle of a broadcast or of a
  // handler.
  closing_ = true;
  conn_->loop().post([this, why = std::string(reason)] {
    close_sockets(why);
    hub_.remove_client(*this);
  });
}

void Client::handle(Packet packet) {
  const bool revision4 = protocol() == 3;
  if (packet.type == PacketType::kConnect) {
    if (revision4) {
      auto [name, query] = split_namespace_query(packet.nsp);
      return connect(name, std::move(query));
    }
    if (packet.data.is_null()) packet.data = json::object();
    return connect(packet.nsp, std::move(packet.data));
  }
  const std::string_view name = revision4 ? std::string_view(packet.nsp).substr(0, packet.nsp.find('?')) : packet.nsp;
  Entry* entry = find(name);
  const bool known = entry != nullptr && packet.type != PacketType::kConnectError;
  if (!known || (entry->socket && entry->socket->pending())) return fail("forced server close");
  if (!entry->socket) return;
  const auto socket = entry->socket;
  if (packet.type != PacketType::kDisconnect) return socket->handle(std::move(packet));
  entries_.erase(entries_.begin() + (entry - entries_.data()));
  socket->close("client namespace disconnect");
}

void Client::connect(std::string_view name, json::value auth) {
  if (Entry* entry = find(name); entry != nullptr && entry->socket) {
    if (!entry->socket->pending()) return fail("forced server close");
    // The client gave up on its first attempt and tries anew while middleware still thinks about that.
    std::exchange(entry->socket, nullptr)->close("");
  }
  entries_.erase(std::remove_if(entries_.begin(), entries_.end(), [](const Entry& e) { return !e.socket; }),
                 entries_.end());
  if (entries_.size() >= hub_.options().max_namespaces) return refuse_connect(name, {"Too many namespaces", nullptr});
  NamespaceImpl* nsp = hub_.resolve(name, auth);
  if (nsp == nullptr) return refuse_connect(name, {"Invalid namespace", nullptr});
  // It comes back on a new connection, with all that its handshake says.
  if (handshake_released_) return fail("forced server close");

  std::string id;
  if (protocol() == 4) {
    // As an Engine.IO id, it begins with an upper-case letter: an application that lower-cases its room names can have
    // no room that is called like a socket, into which somebody would join to overhear what is sent to that socket
    // alone.
    id = "S" + util::random_id(19);
  } else {
    id = name == "/" ? conn_->id() : std::string(name) + "#" + conn_->id();
  }
  auto socket = std::make_shared<SocketImpl>(*this, *nsp, std::move(id), std::move(auth));
  entries_.push_back({nsp, socket});
  nsp->admit(socket);
}

void Client::admit(SocketImpl& socket) {
  connect_timer_.reset();
  socket.open();
  if (closing_ || handshake_released_ || !hub_.single_namespace()) return;
  handshake_released_ = true;
  conn_->release_handshake();
}

void Client::refuse(SocketImpl& socket, const ConnectError& error) {
  const auto it =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.socket.get() == &socket; });
  if (it == entries_.end()) return;
  const auto held = it->socket;
  entries_.erase(it);
  held->close("");
  refuse_connect(held->nsp_impl().name(), error);
}

void Client::refuse_connect(std::string_view name, const ConnectError& error) {
  Packet packet{PacketType::kConnectError, std::string(name), -1, nullptr, {}};
  if (protocol() == 4) {
    json::object data{{"message", error.message}};
    if (!error.data.is_null()) data["data"] = error.data;
    packet.data = std::move(data);
  } else {
    packet.data = error.data.is_null() ? json::value(error.message) : error.data;
  }
  conn_->send_text(encode_packet(packet));
}

void Client::disconnect(SocketImpl& socket, bool close_connection) {
  if (closing_) return;
  if (close_connection) {
    closing_ = true;
    for (const Entry& entry : entries_) {
      if (!entry.socket || !entry.socket->connected()) continue;
      conn_->send_text(encode_packet({PacketType::kDisconnect, entry.nsp->name(), -1, nullptr, {}}));
    }
    close_sockets("server namespace disconnect");
    conn_->close();
    return;
  }
  Entry* entry = find(socket.nsp_impl().name());
  if (entry == nullptr || entry->socket.get() != &socket || !socket.connected()) return;
  conn_->send_text(encode_packet({PacketType::kDisconnect, entry->nsp->name(), -1, nullptr, {}}));
  const auto held = std::exchange(entry->socket, nullptr);
  held->close("server namespace disconnect");
}

Client::Entry* Client::find(std::string_view name) noexcept {
  const auto it = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.nsp->name() == name; });
  return it == entries_.end() ? nullptr : &*it;
}

void Client::fail(std::string_view reason) {
  closing_ = true;
  close_sockets(reason);
  conn_->close();
}

void Client::close_sockets(std::string_view reason) {
  connect_timer_.reset();
  const auto entries = std::exchange(entries_, {});
  for (const Entry& entry : entries) {
    if (entry.socket) entry.socket->close(reason);
  }
}

void Client::connect_timed_out() {
  util::log_debug("socketio_connect_timeout", {{"conn", conn_->id()}});
  fail("forced server close");
}

}  // namespace chillin::socketio
