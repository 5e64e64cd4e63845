#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "util/result.h"

struct ssl_ctx_st;
struct ssl_st;
struct bio_st;

namespace chillin::redis {

/// Whom to trust, shared by all connections. hiredis has TLS from version 1.0 on only, Debian 12 has 0.14; so TLS is
/// OpenSSL's, as a filter between socket and reader.
class TlsContext {
 public:
  /// `ca_file`: PEM; empty: the system's authorities. TLS 1.2 or later; the peer's certificate and name are verified.
  [[nodiscard]] static util::Result<std::shared_ptr<TlsContext>> create(const std::string& ca_file);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

 private:
  friend class TlsFilter;
  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}
  ssl_ctx_st* context_;
};

/// One TLS session, without a socket: what arrived goes in, what has to be sent comes out. Not thread-safe.
class TlsFilter {
 public:
  /// `host`: the name (or address) that the certificate must be for.
  TlsFilter(std::shared_ptr<TlsContext> context, const std::string& host);
  ~TlsFilter();
  TlsFilter(const TlsFilter&) = delete;
  TlsFilter& operator=(const TlsFilter&) = delete;

  /// Takes bytes of the peer (none at the beginning), goes on with the handshake, appends what the peer says to `plain`
  /// and what has to be sent to `to_peer`. An error ends the session.
  [[nodiscard]] util::Status<> feed(std::string_view from_peer, std::string& plain, std::string& to_peer);
  /// Encrypts. Only once ready().
  [[nodiscard]] util::Status<> write(std::string_view plain, std::string& to_peer);
  [[nodiscard]] bool ready() const noexcept { return ready_; }

 private:
  [[nodiscard]] util::Status<> failed(int result) const;
  void drain(std::string& to_peer);

  std::shared_ptr<TlsContext> context_;
  ssl_st* ssl_ = nullptr;
  bio_st* in_ = nullptr;   ///< owned by ssl_
  bio_st* out_ = nullptr;  ///< owned by ssl_
  bool ready_ = false;
};

}  // namespace chillin::redis
