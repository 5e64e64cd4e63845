#include "redis/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <utility>

namespace chillin::redis {
namespace {

util::Error tls_error(const std::string& what) {
  std::array<char, 256> text{};
  const unsigned long code = ::ERR_get_error();
  if (code == 0) return {util::Error::Code::kUnavailable, "TLS: " + what, true};
  ::ERR_error_string_n(code, text.data(), text.size());
  ::ERR_clear_error();
  return {util::Error::Code::kUnavailable, "TLS: " + what + ": " + text.data(), true};
}

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

}  // namespace

util::Result<std::shared_ptr<TlsContext>> TlsContext::create(const std::string& ca_file) {
  SSL_CTX* context = ::SSL_CTX_new(::TLS_client_method());
  if (context == nullptr) return tls_error("no context");
  std::shared_ptr<TlsContext> owner(new TlsContext(context));
  ::SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  ::SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  const int trusted = ca_file.empty() ? ::SSL_CTX_set_default_verify_paths(context)
                                      : ::SSL_CTX_load_verify_locations(context, ca_file.c_str(), nullptr);
  if (trusted != 1) return tls_error(ca_file.empty() ? "no system authorities" : "cannot read " + ca_file);
  return owner;
}

TlsContext::~TlsContext() {
  ::SSL_CTX_free(context_);
}

TlsFilter::TlsFilter(std::shared_ptr<TlsContext> context, const std::string& host)
    : context_(std::move(context)),
      ssl_(::SSL_new(context_->context_)),
      in_(::BIO_new(::BIO_s_mem())),
      out_(::BIO_new(::BIO_s_mem())) {
  if (ssl_ == nullptr || in_ == nullptr || out_ == nullptr) throw std::bad_alloc();
  ::SSL_set_bio(ssl_, in_, out_);
  ::SSL_set_connect_state(ssl_);
  if (is_address(host)) {
    ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(ssl_), host.c_str());
  } else {
    ::SSL_set1_host(ssl_, host.c_str());
    ::SSL_set_tlsext_host_name(ssl_, host.c_str());
  }
}

TlsFilter::~TlsFilter() {
  ::SSL_free(ssl_);
}

util::Status<> TlsFilter::failed(int result) const {
  const int error = ::SSL_get_error(ssl_, result);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return util::Ok{};
  if (error == SSL_ERROR_ZERO_RETURN) return tls_error("the server closed the connection");
  if (const long verify = ::SSL_get_verify_result(ssl_); verify != X509_V_OK) {
    ::ERR_clear_error();
    return tls_error(std::string("the certificate is refused: ") + ::X509_verify_cert_error_string(verify));
  }
  return tls_error("broken");
}

void TlsFilter::drain(std::string& to_peer) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(out_, &data);
  if (size <= 0) return;
  to_peer.append(data, static_cast<std::size_t>(size));
  (void)BIO_reset(out_);
}

util::Status<> TlsFilter::feed(std::string_view from_peer, std::string& plain, std::string& to_peer) {
  if (!from_peer.empty()) ::BIO_write(in_, from_peer.data(), static_cast<int>(from_peer.size()));
  if (!ready_) {
    const int result = ::SSL_do_handshake(ssl_);
    auto status = result == 1 ? util::Status<>(util::Ok{}) : failed(result);
    drain(to_peer);  // also the alert that says why
    if (!status || result != 1) return status;
    ready_ = true;
  }
  std::array<char, 16 * 1024> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): written by SSL_read
  while (true) {
    const int n = ::SSL_read(ssl_, buffer.data(), static_cast<int>(buffer.size()));
    if (n > 0) {
      plain.append(buffer.data(), static_cast<std::size_t>(n));
      continue;
    }
    auto status = failed(n);
    drain(to_peer);
    return status;
  }
}

util::Status<> TlsFilter::write(std::string_view plain, std::string& to_peer) {
  constexpr std::size_t kMost = std::numeric_limits<int>::max();
  while (!plain.empty()) {
    const int n = ::SSL_write(ssl_, plain.data(), static_cast<int>(std::min(plain.size(), kMost)));
    if (n <= 0) return tls_error("cannot encrypt");
    plain.remove_prefix(static_cast<std::size_t>(n));
  }
  drain(to_peer);
  return util::Ok{};
}

}  // namespace chillin::redis
