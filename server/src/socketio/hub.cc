#include "socketio/hub.h"

#include <atomic>

#include "socketio/socket_impl.h"

namespace chillin::socketio {
namespace {

/// Namespaces that clients' wishes may bring into being (predicates); a guard, not a quota.
constexpr std::size_t kMaxDynamicNamespaces = 10'000;

std::string with_slash(std::string_view name) {
  return name.starts_with('/') ? std::string(name) : "/" + std::string(name);
}

DecodeLimits decode_limits(const Options& options) {
  return {.max_attachments = options.max_attachments,
          .max_json_depth = options.max_json_depth,
          .max_packet_bytes = options.max_packet_bytes};
}

}  // namespace

Hub::Hub(net::LoopGroup& loops, const Options& options)
    : loops_(loops), options_(options), limits_(decode_limits(options)), clients_(loops.size(), nullptr) {
  of("/");
}

Hub::~Hub() {
  for (Client* client : clients_) {
    while (client != nullptr) {
      Client* next = client->next_;
      delete client;
      client = next;
    }
  }
}

NamespaceImpl* Hub::find_locked(std::string_view name) const {
  const auto it = namespaces_.find(name);
  return it == namespaces_.end() ? nullptr : it->second.get();
}

NamespaceImpl& Hub::of(std::string_view name) {
  const std::string full = with_slash(name);
  const std::lock_guard lock(mutex_);
  if (NamespaceImpl* found = find_locked(full)) return *found;
  auto made = std::make_unique<NamespaceImpl>(full, loops_, options_.adapter);
  return *namespaces_.emplace(full, std::move(made)).first->second;
}

void Hub::of(std::function<bool(std::string_view, const json::value&)> predicate,
             std::function<void(Namespace&)> setup) {
  const std::lock_guard lock(mutex_);
  dynamics_.push_back({std::move(predicate), std::move(setup)});
}

NamespaceImpl* Hub::resolve(std::string_view name, const json::value& auth) {
  {
    const std::lock_guard lock(mutex_);
    if (NamespaceImpl* found = find_locked(name)) return found;
    if (dynamic_namespaces_ >= kMaxDynamicNamespaces) return nullptr;
  }
  // Without the lock: these are the user's functions, and the list does not change once the server listens.
  for (const Dynamic& dynamic : dynamics_) {
    if (!dynamic.predicate(name, auth)) continue;
    auto made = std::make_unique<NamespaceImpl>(std::string(name), loops_, options_.adapter);
    dynamic.setup(*made);
    const std::lock_guard lock(mutex_);
    const auto [it, inserted] = namespaces_.emplace(std::string(name), std::move(made));
    if (inserted) ++dynamic_namespaces_;
    return it->second.get();
  }
  return nullptr;
}

bool Hub::single_namespace() const {
  const std::lock_guard lock(mutex_);
  return namespaces_.size() == 1 && dynamics_.empty();
}

void Hub::add_client(engineio::SocketPtr conn) {
  Client*& head = clients_[static_cast<std::size_t>(conn->loop().index())];
  auto* client = new Client(*this, std::move(conn));  // owned by the list
  client->next_ = head;
  if (head != nullptr) head->previous_ = client;
  head = client;
  client->start();
}

void Hub::remove_client(Client& client) {
  Client*& head = clients_[static_cast<std::size_t>(client.conn()->loop().index())];
  if (client.next_ != nullptr) client.next_->previous_ = client.previous_;
  (client.previous_ != nullptr ? client.previous_->next_ : head) = client.next_;
  delete &client;
}

void Hub::visit(std::function<void(Socket&)> visitor) {
  auto shared = std::make_shared<const std::function<void(Socket&)>>(std::move(visitor));
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    loops_.at(i).post([this, i, shared] {
      // Held while they are visited: a visitor may disconnect one, and that ends its Entry.
      std::vector<std::shared_ptr<SocketImpl>> sockets;
      for (Client* client = clients_[i]; client != nullptr; client = client->next_) {
        for (const Client::Entry& entry : client->entries_) {
          if (entry.socket && entry.socket->connected()) sockets.push_back(entry.socket);
        }
      }
      for (const auto& socket : sockets) {
        if (socket->connected()) (*shared)(*socket);
      }
    });
  }
}

void Hub::after_all_loops(util::UniqueFunction<void()> done) {
  struct Barrier {
    std::atomic<std::size_t> left;
    util::UniqueFunction<void()> done;
  };
  auto barrier = std::make_shared<Barrier>(loops_.size(), std::move(done));
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    loops_.at(i).post([barrier] {
      if (--barrier->left == 0) barrier->done();
    });
  }
}

}  // namespace chillin::socketio
