#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "net/loop_impl.h"
#include "net/unique_fd.h"
#include "redis/resolver.h"
#include "redis/tls.h"

namespace chillin::redis {

/// Told what happens on a Stream; on its loop.
class StreamHandler {
 public:
  virtual ~StreamHandler() = default;
  /// Connected, and TLS agreed on.
  virtual void on_open() = 0;
  /// Lasts until the call returns.
  virtual void on_bytes(std::string_view bytes) = 0;
  /// The last call. Not made after Stream::close().
  virtual void on_closed(const std::string& why) = 0;
};

/// A TCP connection that we open, with or without TLS; everything sent in a turn of the loop leaves in one write.
/// Confined to: its Loop, which owns it.
class Stream final : public net::IoHandler {
 public:
  /// Begins to connect; `tls` null: plain. The handler must live until on_closed() or close(). Null, and a reason in
  /// `why`, if that fails at once.
  [[nodiscard]] static Stream* connect(net::LoopImpl& loop, const SocketAddress& address,
                                       std::unique_ptr<TlsFilter> tls, StreamHandler& handler, std::string& why);
  ~Stream() override;

  /// Queues until the end of the turn. Only after on_open().
  void send(std::string_view bytes);
  /// Bytes that the kernel has not taken yet.
  [[nodiscard]] std::size_t queued_bytes() const noexcept { return out_.size() - sent_ + plain_.size(); }
  /// Closes now; the handler is not told. The Stream must not be used any more.
  void close();

  void on_io(std::uint32_t events) override;
  void flush() override;
  void on_command(const void*, Command) override {}

 private:
  enum class State : std::uint8_t { kConnecting, kHandshake, kOpen };
  Stream(net::LoopImpl& loop, net::UniqueFd fd, std::unique_ptr<TlsFilter> tls, StreamHandler& handler)
      : loop_(loop), fd_(std::move(fd)), tls_(std::move(tls)), handler_(&handler) {}

  void connected();
  void read();
  void take(std::string_view bytes);
  void write();
  void broken(const std::string& why);
  void update_interest();

  net::LoopImpl& loop_;
  net::UniqueFd fd_;
  std::unique_ptr<TlsFilter> tls_;
  StreamHandler* handler_;  ///< null once it was told of the end
  State state_ = State::kConnecting;
  bool blocked_ = false;  ///< the kernel's buffer was full
  std::string plain_;     ///< TLS: what the application sends, until the end of the turn
  std::string out_;
  std::size_t sent_ = 0;  ///< of out_
};

}  // namespace chillin::redis
