// A server with one event for each feature of the library, for the tests with official clients (tests/integration). It
// is not part of the protocol's conformance servers.
//
//   socketio_feature_server [--port 3001] [--threads 2] [--ping-interval 25000] [--ping-timeout 20000]
//   [--connect-timeout 45000] [--redis-port 0]
//
// With a Redis (on 127.0.0.1) it is one server of many.
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/packet_codec.h"
#include "socketio_main.h"
#include "socketio_redis/redis_adapter.h"

using namespace chillin;
using socketio::Event;
using socketio::Payload;
using socketio::Socket;
using socketio::SocketPtr;
namespace json = boost::json;

namespace {

/// A machine that compiles beside the tests must not make them fail.
constexpr util::Millis kServersAnswerWithin{30'000};

std::string text(const json::value& value) {
  return json::value_to<std::string>(value);
}

std::vector<std::string> texts(const json::object& from, std::string_view key) {
  const json::value* list = from.if_contains(key);
  return list == nullptr ? std::vector<std::string>() : json::value_to<std::vector<std::string>>(*list);
}

json::value error_or_null(const char* error) {
  return error == nullptr ? json::value() : json::value(error);
}

/// `value` of `from` as one of `to`: bytes are attachments of their payload.
json::value carried(const json::value& value, const Payload& from, Payload& to) {
  if (const auto bytes = from.binary(value)) return to.add_binary(std::string(*bytes));
  json::value out = value;
  if (json::array* array = out.if_array()) {
    for (json::value& element : *array) element = carried(element, from, to);
  } else if (json::object* object = out.if_object()) {
    for (auto& member : *object) member.value() = carried(member.value(), from, to);
  }
  return out;
}

/// What a client asks for as { to: [...], except: [...], volatile: true }, on top of `from`.
socketio::Broadcast addressed(socketio::Broadcast from, const json::object& how) {
  for (auto& room : texts(how, "to")) from.to(room);
  for (auto& room : texts(how, "except")) from.except(room);
  if (how.contains("volatile")) from.volatile_();
  return from;
}

void register_messages(socketio::Namespace& nsp) {
  nsp.on("echo", [](Socket& socket, Event& event) { socket.emit("echo", event.payload); });
  nsp.on("echo-ack", [](Socket&, Event& event) { event.ack(event.payload); });
  // ask(timeout_ms, ...args): emits question(...args), then answered(error, answer's args).
  nsp.on("ask", [](Socket& socket, Event& event) {
    const util::Millis timeout(event.payload.args.at(0).as_int64());
    Payload question = std::move(event.payload);
    question.args.erase(question.args.begin());
    socket.emit_with_ack("question", question, timeout,
                         [weak = socket.weak_from_this()](const char* error, const Payload& answer) {
                           const auto asker = weak.lock();
                           if (!asker) return;
                           Payload report = answer;
                           report.args.insert(report.args.begin(), error_or_null(error));
                           asker->emit("answered", report);
                         });
  });
  nsp.on("throw", [](Socket&, Event& event) { event.payload.args.at(99); });
  nsp.on("reply-on-own-handler", [](Socket& socket, Event& event) {
    socket.on("own", [](Socket& s, Event& e) { s.emit("own-back", e.payload); });
    event.ack(Payload());
  });
  nsp.on_any([](Socket& socket, Event& event) {
    event.payload.args.emplace(event.payload.args.begin(), std::string(event.name));
    socket.emit("unhandled", event.payload);
  });
}

void register_rooms(socketio::Namespace& nsp) {
  const auto answer_rooms = [](Socket& socket, Event& event) {
    event.ack(Payload::of(json::value_from(socket.rooms())));
  };
  nsp.on("join", [=](Socket& socket, Event& event) {
    for (const json::value& room : event.payload.args) socket.join(text(room));
    answer_rooms(socket, event);
  });
  nsp.on("leave", [=](Socket& socket, Event& event) {
    for (const json::value& room : event.payload.args) socket.leave(text(room));
    answer_rooms(socket, event);
  });
  // say(how, event, ...args) from the socket, shout(...) from the namespace.
  nsp.on("say", [](Socket& socket, Event& event) {
    Payload payload = std::move(event.payload);
    const json::object how = payload.args.at(0).as_object();
    const std::string name = text(payload.args.at(1));
    payload.args.erase(payload.args.begin(), payload.args.begin() + 2);
    addressed(socket.broadcast(), how).emit(name, payload);
  });
  nsp.on("shout", [&nsp](Socket&, Event& event) {
    Payload payload = std::move(event.payload);
    const json::object how = payload.args.at(0).as_object();
    const std::string name = text(payload.args.at(1));
    payload.args.erase(payload.args.begin(), payload.args.begin() + 2);
    addressed(nsp.all(), how).emit(name, payload);
  });
  // ask-all(how, timeout_ms, ...args): emits question(...args) to them, acknowledges (error, [args of each answer]).
  nsp.on("ask-all", [&nsp](Socket&, Event& event) {
    Payload payload = std::move(event.payload);
    const json::object how = payload.args.at(0).as_object();
    const util::Millis timeout(payload.args.at(1).as_int64());
    payload.args.erase(payload.args.begin(), payload.args.begin() + 2);
    addressed(nsp.all(), how)
        .emit_with_ack("question", payload, timeout,
                       [ack = std::move(event.ack)](const char* error, const std::vector<Payload>& answers) mutable {
                         Payload report = Payload::of(error_or_null(error));
                         json::array all;
                         for (const Payload& answer : answers) all.push_back(carried(answer.args, answer, report));
                         report.args.push_back(std::move(all));
                         ack(std::move(report));
                       });
  });
  nsp.on("fetch", [&nsp](Socket&, Event& event) {
    const json::object how = event.payload.args.at(0).as_object();
    addressed(nsp.all(), how).fetch_sockets([ack = std::move(event.ack)](const auto& sockets) mutable {
      json::array all;
      for (const auto& socket : sockets) all.push_back({{"id", socket.id}, {"rooms", json::value_from(socket.rooms)}});
      ack(Payload::of(all));
    });
  });
  nsp.on("sockets-join", [&nsp](Socket&, Event& event) {
    addressed(nsp.all(), event.payload.args.at(0).as_object()).sockets_join({text(event.payload.args.at(1))});
  });
  nsp.on("sockets-leave", [&nsp](Socket&, Event& event) {
    addressed(nsp.all(), event.payload.args.at(0).as_object()).sockets_leave({text(event.payload.args.at(1))});
  });
  nsp.on("disconnect-sockets", [&nsp](Socket&, Event& event) {
    addressed(nsp.all(), event.payload.args.at(0).as_object()).disconnect_sockets(event.payload.args.at(1).as_bool());
  });
  // batch(room, variant_room, n): n events `line` (0..n-1); those in variant_room get `mine` in place of every second
  // one.
  nsp.on("batch", [&nsp](Socket&, Event& event) {
    const json::array& args = event.payload.args;
    engineio::EncodedBuilder lines;
    engineio::EncodedBuilder mine;
    std::vector<socketio::Variant> variants;
    for (std::int64_t i = 0; i < args.at(2).as_int64(); ++i) {
      lines.text(socketio::encode_event(nsp.name(), "line", std::to_string(i)));
      if (i % 2 == 0) continue;
      mine.text(socketio::encode_event(nsp.name(), "mine", std::to_string(i)));
      variants.push_back({text(args.at(1)), static_cast<std::size_t>(i), variants.size()});
    }
    auto batches = std::make_shared<std::vector<socketio::Batch>>();
    batches->push_back({text(args.at(0)), lines.finish(), mine.finish(), std::move(variants)});
    nsp.send_batch(std::move(batches));
  });
}

void register_servers(socketio::Namespace& nsp) {
  // tell-servers(event, ...args); ask-servers(event, ...args) acknowledges (error, [answer of each server]).
  nsp.on("tell-servers", [&nsp](Socket&, Event& event) {
    json::array args = std::move(event.payload.args);
    const std::string name = text(args.at(0));
    args.erase(args.begin());
    nsp.server_side_emit(name, std::move(args));
  });
  nsp.on("ask-servers", [&nsp](Socket&, Event& event) {
    json::array args = std::move(event.payload.args);
    const std::string name = text(args.at(0));
    args.erase(args.begin());
    nsp.server_side_emit_with_ack(name, std::move(args), kServersAnswerWithin,
                                  [ack = std::move(event.ack)](const char* error, const auto& answers) mutable {
                                    ack(Payload::of(error_or_null(error), json::array(answers.begin(), answers.end())));
                                  });
  });
  // server-news(...args) of another server goes to every client here; server-question(a) is answered.
  nsp.on_server_event("server-news", [&nsp](socketio::ServerEvent& event) {
    nsp.all().local().emit("server-news", Payload(std::move(event.args)));
  });
  nsp.on_server_event("server-question", [](socketio::ServerEvent& event) {
    if (event.ack) event.ack(json::object{{"asked", event.args.at(0)}});
  });
}

void register_lifecycle(socketio::Server& io, socketio::Namespace& nsp) {
  nsp.on("handshake", [](Socket& socket, Event& event) {
    event.ack(Payload::of(json::object{{"auth", socket.handshake().auth},
                                       {"query", socket.handshake().query},
                                       {"address", socket.handshake().address},
                                       {"headers", std::int64_t(socket.handshake().headers.size())}}));
  });
  nsp.on("disconnect-me", [](Socket& socket, Event& event) { socket.disconnect(event.payload.args.at(0).as_bool()); });
  nsp.on_connection([](const SocketPtr& socket) {
    socket->emit("welcome", Payload::of(socket->id(), socket->nsp().name(), socket->handshake().auth));
  });
  nsp.on_disconnect([&io](Socket& socket, std::string_view reason) {
    io.of("/observer")
        .emit("gone", Payload::of(socket.id(), socket.nsp().name(), reason, json::value_from(socket.rooms())));
  });
}

void register_all(socketio::Server& io, socketio::Namespace& nsp) {
  register_messages(nsp);
  register_rooms(nsp);
  register_servers(nsp);
  register_lifecycle(io, nsp);
}

}  // namespace

int main(int argc, char** argv) {
  auto numbers = conformance::parse_numbers(argc, argv,
                                            {{"port", 3001},
                                             {"threads", 2},
                                             {"ping-interval", 25'000},
                                             {"ping-timeout", 20'000},
                                             {"connect-timeout", 45'000},
                                             {"redis-port", 0}});
  socketio::Options options;
  options.engine.ping_interval = util::Millis(numbers["ping-interval"]);
  options.engine.ping_timeout = util::Millis(numbers["ping-timeout"]);
  options.engine.cors.origins = {"*"};
  options.connect_timeout = util::Millis(numbers["connect-timeout"]);
  options.max_namespaces = 4;
  std::optional<redis::Client> redis;
  if (numbers["redis-port"] > 0) {
    const auto url = redis::parse_url("redis://127.0.0.1:" + std::to_string(numbers["redis-port"]));
    redis.emplace(redis::Options{.url = *url});
    options.adapter = socketio::redis_adapter(*redis, {.request_timeout = kServersAnswerWithin});
  }
  const auto setup = [](socketio::Server& io) {
    // Hears of every disconnection.
    io.of("/observer").on("ping", [](Socket&, Event& event) { event.ack(Payload()); });

    register_all(io, io.of("/"));

    // auth.token "good" enters; "slow" after a turn of the loop; "half" is admitted by the first and refused by the
    // second.
    socketio::Namespace& guarded = io.of("/guarded");
    guarded.use([](const SocketPtr& socket, socketio::Next next) {
      const json::value& auth = socket->handshake().auth;
      const json::value* token = auth.is_object() ? auth.as_object().if_contains("token") : nullptr;
      if (token == nullptr) return next(socketio::ConnectError{"no token", nullptr});
      socket->set_data(std::make_shared<std::string>(text(*token)));
      socket->join("early");
      if (*token != "slow") return next({});
      socket->loop().post([next = std::move(next)]() mutable { next({}); });
    });
    guarded.use([](const SocketPtr& socket, socketio::Next next) {
      const std::string& token = *socket->data<std::string>();
      if (token == "never") return;
      if (token == "throw") throw std::runtime_error("a bug in middleware");
      if (token == "good" || token == "slow") return next({});
      next(socketio::ConnectError{"wrong token", json::object{{"code", "AUTH_FAILED"}}});
    });
    guarded.on_connection([](const SocketPtr& socket) { socket->keep_handshake(); });
    register_all(io, guarded);

    io.of([](std::string_view name, const json::value&) { return name.starts_with("/dynamic-"); },
          [&io](socketio::Namespace& nsp) { register_all(io, nsp); });
  };
  return conformance::serve(options, static_cast<int>(numbers["threads"]), numbers["port"], setup, [&redis] {
    if (redis) redis->stop();
  });
}
