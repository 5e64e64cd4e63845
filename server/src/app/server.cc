#include "app/server.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <utility>

#include "app/blob_monitor.h"
#include "app/cluster.h"
#include "app/data_files.h"
#include "app/drain.h"
#include "app/metrics.h"
#include "app/secret.h"
#include "app/storage.h"
#include "app/version.h"
#include "auth/argon2_hasher.h"
#include "blob/file/file_blob_store.h"
#include "blob/s3/s3_blob_store.h"
#include "chat/fanout.h"
#include "chat/live_state.h"
#include "chat/service.h"
#include "chat/service_tick.h"
#include "gateway/rest.h"
#include "gateway/socket_delivery.h"
#include "gateway/socket_gateway.h"
#include "net/http.h"
#include "net/loop.h"
#include "socketio/server.h"
#include "util/log.h"
#include "web/embedded_archive.h"
#include "web/site.h"

namespace chillin::app {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kTick{100};
// Shutdown in 10 s altogether: what is in flight gets most of it.
constexpr milliseconds kFinishWithin{5'000};
constexpr milliseconds kCommitWithin{1'500};
constexpr milliseconds kPollWithin{1'000};
constexpr milliseconds kCloseWithin{2'000};
constexpr milliseconds kGoodbyeWithin{500};
constexpr std::int64_t kRetryAfterMs = 1'000;

chat::Settings settings_of(const Config& config) {
  chat::Settings s;
  s.guest_access = config.guest_access;
  s.max_message_length = config.max_message_length;
  s.message_rate = config.message_rate;
  s.auth_rate = config.auth_rate;
  s.room_rate = config.room_rate;
  s.max_upload_bytes = config.max_upload_bytes;
  s.upload_quota_bytes = config.upload_quota_bytes;
  return s;
}

std::unique_ptr<chat::BlobStore> open_blobs(const Config& config, const std::string& secret) {
  if (config.s3) return std::make_unique<blob::S3BlobStore>(*config.s3);
  return std::make_unique<blob::FileBlobStore>(config.data_dir + kBlobFolder, secret);
}

socketio::Options socket_options(const Config& config, Cluster& cluster) {
  socketio::Options options;
  options.adapter = cluster.adapter();
  options.engine.sid_tag = config.server_id;
  options.engine.cors.origins = config.client_origins;
  // A message of the longest text, every character escaped, and its envelope.
  options.engine.max_payload = std::max<std::size_t>(100'000, config.max_message_length * 12 + 20'000);
  options.engine.client_address = [trust = config.trust_proxy](const net::HttpRequest& r) {
    return limited_address(trust.client_address(r));
  };
  if (config.handshake_rate.count > 0) {
    options.engine.handshakes_per_second = static_cast<double>(config.handshake_rate.count) * 1000.0 /
                                           static_cast<double>(config.handshake_rate.window.count());
    options.engine.handshake_burst = static_cast<double>(config.handshake_rate.count);
  }
  return options;
}

net::HttpServerOptions http_options(std::size_t max_connections) {
  net::HttpServerOptions options;
  options.max_connections = max_connections;
  return options;
}

template <class Predicate>
void wait_for(milliseconds limit, Predicate done) {
  const auto deadline = steady_clock::now() + limit;
  while (!done() && steady_clock::now() < deadline) std::this_thread::sleep_for(milliseconds(2));
}

}  // namespace

// In order of construction; destroyed in reverse.
struct Server::Parts {
  Parts(const Config& c, std::unique_ptr<Storage> opened, const std::string& secret, web::Archive client,
        std::size_t max_connections)
      : config(c),
        settings(settings_of(c)),
        store(std::move(opened)),
        blobs(open_blobs(c, secret)),
        cluster(c.redis_url, *store),
        loops(c.io_threads),
        io(loops, socket_options(c, cluster)),
        delivery(loops, io.of("/"), store->log(), cluster.bus(), util::system_clock(), settings.join_history),
        service{settings,
                util::system_clock(),
                cluster.accounts(),
                cluster.sessions(),
                cluster.rooms(),
                store->log(),
                cluster.presence(),
                cluster.limiter(),
                hasher,
                *blobs,
                store->uploads(),
                delivery,
                live,
                cluster.bus(),
                cluster.history_cache()},
        fanout(service),
        gateway(service, delivery),
        router({c.client_origins},
               [trust = c.trust_proxy](const net::HttpRequest& r) { return limited_address(trust.client_address(r)); }),
        rest{service,
             version(),
             {{"database", [this] { return store->ping(); }},
              // Without files the chat goes on, so a server is not taken away for want of them.
              {.name = "files", .probe = [this] { return blobs->probe(); }, .required = false}},
             [this] { return draining.load(); },
             {.text = [this] { return all_metrics(); }, .on = c.metrics, .token = c.metrics_token}},
        blob_monitor(loops.at(0), service),
        site(std::move(client)),
        http(
            loops, http_options(max_connections), [this](std::shared_ptr<net::HttpExchange> e) { route(std::move(e)); },
            [this](const net::HttpRequest& head) {
              return io.handles(head) ? io.engine().options().max_payload : router.body_limit(head);
            }) {
    delivery.log_slower_than(c.slow_delivery);
    gateway.log_slower_than(c.slow_event);
    cluster.bus().set_subscriber(&fanout);
    live.unreads.set_bus(&cluster.bus());
    store->log().set_listener(&fanout);
    store->add_health_checks(rest.checks);
    cluster.add_health_checks(rest.checks);
    cluster.attach(service, loops);
    gateway.attach(io.of("/"));
    gateway::add_routes(router, rest);
    loops.at(0).post([this] {
      ticker = std::make_unique<net::Timer>(loops.at(0), [this] { tick(); });
      ticker->arm(kTick);
    });
  }

  std::string all_metrics() {
    const ServerState state{.blobs_up = blob_monitor.up(), .draining = draining.load()};
    return metrics_text(io, *store, state) + cluster.metrics_text();
  }

  void route(std::shared_ptr<net::HttpExchange> exchange) {
    if (io.handles(exchange->request())) {
      io.handle(std::move(exchange));
    } else if (web::Site::handles(exchange->request())) {
      exchange->respond(site.answer(exchange->request()));
    } else {
      router.handle(std::move(exchange));
    }
  }

  void tick() {
    util::spawn(chat::service_tick(service, loops.at(0).now()));
    ticker->arm(kTick);
  }

  void shutdown() {
    if (std::exchange(stopped, true)) return;
    draining = true;
    // New handshakes get 503 from now on. The listeners stay open a little longer: a client on polling comes for its
    // acknowledgements and for serverShutdown over a new connection, and so does whoever asks for readiness.
    io.engine().refuse_new();
    if (config.drain.count() > 0) drain(io, config.drain);
    // From here on nothing new is stored (UNAVAILABLE: the client keeps it and sends it again); what was taken is
    // finished, and its acknowledgements reach their sockets.
    gateway.drain(kRetryAfterMs);
    tell_shutdown(io);
    wait_for(kFinishWithin, [&] { return gateway.in_flight() == 0; });
    store->log().stop();
    wait_for(kCommitWithin, [&] { return gateway.in_flight() == 0; });
    // A client on polling that is between two polls has not been told yet: it comes for its answers in a moment.
    wait_for(kPollWithin, [&] { return io.engine().stats().polling_sessions.load() == 0; });
    const auto closed = std::make_shared<std::atomic<bool>>(false);
    io.close([closed] { closed->store(true); });
    wait_for(kCloseWithin, [&] { return closed->load(); });
    cluster.say_goodbye(kGoodbyeWithin);
    http.stop_accepting();
    hasher.stop();
    blobs->stop();
    store->close();
    http.abort_all();
    // The loops first: what still runs on them may ask Redis, and an answer that comes after them would have nowhere to
    // go.
    loops.stop();
    cluster.stop();
  }

  const Config config;
  const chat::Settings settings;
  std::atomic<bool> draining{false};
  bool stopped = false;
  std::uint16_t port = 0;

  std::unique_ptr<Storage> store;
  std::unique_ptr<chat::BlobStore> blobs;
  auth::Argon2Hasher hasher;
  Cluster cluster;
  chat::LiveState live;
  net::LoopGroup loops;
  socketio::Server io;
  gateway::SocketDelivery delivery;
  chat::Service service;
  chat::Fanout fanout;
  gateway::SocketGateway gateway;
  gateway::Router router;
  gateway::RestContext rest;
  BlobMonitor blob_monitor;
  web::Site site;
  net::HttpServer http;
  std::unique_ptr<net::Timer> ticker;  ///< used on loop 0 only
};

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() {
  shutdown();
}

void Server::shutdown() {
  parts_->shutdown();
}

std::uint16_t Server::port() const noexcept {
  return parts_->port;
}

util::Result<std::unique_ptr<Server>, std::string> Server::start(const Config& config, std::size_t max_connections) {
  auto client = web::Archive::read(web::embedded_archive());
  if (!client) return client.error().detail;
  auto store = open_storage(config);
  if (!store) return std::move(store).error();
  try {
    auto parts =
        std::make_unique<Parts>(config, std::move(*store), signing_secret(config), std::move(*client), max_connections);
    auto port = parts->http.listen(config.host, config.port);
    if (!port) {
      parts->shutdown();
      return port.error().detail;
    }
    parts->port = *port;
    return std::unique_ptr<Server>(new Server(std::move(parts)));
  } catch (const std::runtime_error& e) {
    return std::string(e.what());
  }
}

}  // namespace chillin::app
