// A chat in one file; examples/README.md has a client for it.
#include <csignal>
#include <cstdio>

#include "net/loop.h"
#include "socketio/server.h"

using namespace chillin;
using socketio::Event;
using socketio::Payload;
using socketio::Socket;
using socketio::SocketPtr;

int main() {
  sigset_t stop;  // before the loops' threads start, so that only sigwait sees Ctrl-C
  sigemptyset(&stop);
  sigaddset(&stop, SIGINT);
  sigprocmask(SIG_BLOCK, &stop, nullptr);

  net::LoopGroup loops(2);
  socketio::Server io(loops, {.engine = {.path = "/socket.io/", .cors = {.origins = {"*"}}}});
  socketio::Namespace& chat = io.of("/");

  chat.use([](const SocketPtr& socket, socketio::Next next) {
    const auto* name = socket->handshake().auth.as_object().if_contains("name");
    if (name == nullptr || !name->is_string()) return next(socketio::ConnectError{"a name, please", nullptr});
    socket->set_data(std::make_shared<std::string>(name->as_string()));
    next({});
  });

  chat.on_connection([](const SocketPtr& socket) {
    socket->join("lobby");
    socket->emit("welcome", Payload::of("hello " + *socket->data<std::string>()));
    socket->to("lobby").emit("joined", Payload::of(*socket->data<std::string>()));
  });

  chat.on("say", [&](Socket& socket, Event& event) {
    chat.to("lobby").emit("said", Payload::of(*socket.data<std::string>(), event.payload.args.at(0)));
    event.ack(Payload::of("delivered"));
  });

  chat.on_disconnect([&](Socket& socket, std::string_view reason) {
    chat.to("lobby").emit("left", Payload::of(*socket.data<std::string>(), reason));
  });

  const auto port = io.listen("127.0.0.1", 3000);
  if (!port.ok()) return std::fprintf(stderr, "%s\n", port.error().detail.c_str()), 1;
  std::printf("listening on http://127.0.0.1:%d, Ctrl-C ends it\n", int{port.value()});

  int signal = 0;
  sigwait(&stop, &signal);
  loops.stop();
}
