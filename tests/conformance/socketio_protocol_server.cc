// What the public socket.io-protocol suite talks to: namespaces "/" and "/custom"; on connection `auth` with the
// handshake's auth; `message` comes back as `message-back`, `message-with-ack` as its acknowledgement.
//
//   socketio_protocol_server [--port 3000] [--threads 1]
#include "socketio_main.h"

using namespace chillin;

namespace {

void register_handlers(socketio::Namespace& nsp) {
  nsp.on_connection(
      [](const socketio::SocketPtr& socket) { socket->emit("auth", socketio::Payload::of(socket->handshake().auth)); });
  nsp.on("message",
         [](socketio::Socket& socket, socketio::Event& event) { socket.emit("message-back", event.payload); });
  nsp.on("message-with-ack", [](socketio::Socket&, socketio::Event& event) { event.ack(event.payload); });
}

}  // namespace

int main(int argc, char** argv) {
  auto numbers = conformance::parse_numbers(argc, argv, {{"port", 3000}, {"threads", 1}});
  socketio::Options options;
  options.engine.ping_interval = util::Millis(300);
  options.engine.ping_timeout = util::Millis(200);
  options.engine.max_payload = 1'000'000;
  options.engine.cors.origins = {"*"};
  return conformance::serve(options, static_cast<int>(numbers["threads"]), numbers["port"], [](socketio::Server& io) {
    register_handlers(io.of("/"));
    register_handlers(io.of("/custom"));
  });
}
