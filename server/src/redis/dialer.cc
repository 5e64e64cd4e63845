#include "redis/dialer.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "redis/command.h"

namespace chillin::redis {
namespace {

/// An error reply as an error, for steps that must succeed.
util::Status<> checked(const ReplyOr& reply, const char* step) {
  if (!reply) return reply.error();
  if (reply->is_error()) return away(std::string(step) + " was refused: " + reply->text);
  return util::Ok{};
}

}  // namespace

Dialer::Dialer(net::Loop& loop, Url url, WireLimits limits, std::string name)
    : loop_(loop), url_(std::move(url)), limits_(limits), name_(std::move(name)) {}

util::Task<Wire::Opened> Dialer::dial() {
  Endpoint server = url_.endpoints.front();
  if (url_.sentinel()) {
    auto master = co_await find_master();
    if (!master) co_return std::move(master).error();
    server = *std::move(master);
  }
  auto wire = co_await connect(server);
  if (!wire) co_return away(server.to_string() + ": " + wire.error().detail);
  auto ready = co_await log_in(**wire, url_.username, url_.password);
  if (ready) ready = co_await introduce(**wire);
  if (!ready) {
    (*wire)->close("not ready");
    co_return away(server.to_string() + ": " + ready.error().detail);
  }
  co_return wire;
}

util::Task<Wire::Opened> Dialer::connect(Endpoint endpoint) {
  auto addresses = co_await resolve(loop_, endpoint, limits_.connect_timeout);
  if (!addresses) co_return std::move(addresses).error();
  if (url_.tls && !tls_) {
    // Read when it is needed, so that a file which comes late, or is renewed after an error, is no reason to restart.
    auto context = TlsContext::create(url_.ca_file);
    if (!context) co_return std::move(context).error();
    tls_ = *std::move(context);
  }
  Wire::Opened last = away("no address");
  for (const SocketAddress& address : *addresses) {
    auto tls = tls_ ? std::make_unique<TlsFilter>(tls_, endpoint.host) : nullptr;
    last = co_await Wire::open(loop_, limits_, address, std::move(tls));
    if (last) co_return last;
  }
  tls_.reset();
  co_return last;
}

util::Task<util::Status<>> Dialer::log_in(Wire& wire, std::string username, std::string password) {
  if (password.empty()) co_return util::Ok{};
  Command auth("AUTH");
  if (!username.empty()) auth.add(username);
  auth.add(password);
  const auto reply = co_await wire.ask(auth.wire());
  co_return checked(reply, "AUTH");
}

util::Task<util::Status<>> Dialer::introduce(Wire& wire) {
  // For CLIENT LIST only; some managed servers refuse it.
  const auto named = co_await wire.ask(Command("CLIENT").add("SETNAME").add(name_).wire());
  if (!named) co_return named.error();
  if (url_.database != 0) {
    const auto selected = co_await wire.ask(Command("SELECT").add(url_.database).wire());
    if (auto ok = checked(selected, "SELECT"); !ok) co_return ok;
  }
  if (url_.sentinel()) {
    // Sentinels may still name the old master, which knows already that it is none.
    const auto role = co_await wire.ask(Command("ROLE").wire());
    if (auto ok = checked(role, "ROLE"); !ok) co_return ok;
    if (!role->is_array() || role->elements.empty() || role->elements[0].text != "master") {
      co_return away("it is not the master (any more)");
    }
  }
  // Whether it can serve: a server that still loads its data says so here.
  const auto pong = co_await wire.ask(Command("PING").wire());
  co_return checked(pong, "PING");
}

util::Task<util::Result<Endpoint>> Dialer::find_master() {
  std::string reasons;
  for (std::size_t i = 0; i < url_.endpoints.size(); ++i) {
    const Endpoint sentinel = url_.endpoints[i];
    auto master = co_await ask_sentinel(sentinel);
    if (master) {
      // Who answered is asked first the next time.
      std::rotate(url_.endpoints.begin(), url_.endpoints.begin() + static_cast<std::ptrdiff_t>(i),
                  url_.endpoints.end());
      co_return master;
    }
    reasons += (reasons.empty() ? "" : "; ") + sentinel.to_string() + ": " + master.error().detail;
  }
  co_return away("no Sentinel knows the master " + url_.master + ": " + reasons);
}

util::Task<util::Result<Endpoint>> Dialer::ask_sentinel(Endpoint sentinel) {
  auto wire = co_await connect(sentinel);
  if (!wire) co_return std::move(wire).error();
  auto logged_in = co_await log_in(**wire, url_.sentinel_username, url_.sentinel_password);
  if (!logged_in) co_return std::move(logged_in).error();
  const auto reply = co_await (*wire)->ask(Command("SENTINEL").add("get-master-addr-by-name").add(url_.master).wire());
  (*wire)->close("asked");
  if (auto ok = checked(reply, "SENTINEL"); !ok) co_return std::move(ok).error();
  if (!reply->is_array() || reply->elements.size() != 2) co_return away("it does not know that name");
  Endpoint master{reply->elements[0].text, 0};
  const std::string& port = reply->elements[1].text;
  std::from_chars(port.data(), port.data() + port.size(), master.port);
  co_return master;
}

}  // namespace chillin::redis
