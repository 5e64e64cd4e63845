#include "net/http_parser.h"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <string>
#include <utility>

namespace chillin::net {

namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::size_t kMaxFields = 256;
constexpr std::size_t kShortestLastChunk = 5;

/// Fills an HttpRequest straight from Beast's callbacks, so that each header is copied once.
class BeastRequestParser final : public HttpParser, private http::basic_parser<true> {
 public:
  explicit BeastRequestParser(std::size_t max_header_bytes) : max_header_bytes_(max_header_bytes) {
    basic_parser::header_limit(static_cast<std::uint32_t>(max_header_bytes));
    basic_parser::body_limit(boost::none);
    basic_parser::eager(false);
  }

  Status feed(std::string_view bytes, std::size_t& consumed) override {
    consumed = 0;
    while (true) {
      const std::string_view rest = bytes.substr(consumed);
      if (rest.empty()) return Status::kNeedMore;
      // The shortest end of a chunked body has five bytes ("0", CRLF, CRLF), and Beast 1.81 asserts that it gets them
      // at once: with fewer it would be asked twice about the same last chunk. Nothing waits for less than that.
      if (is_header_done() && chunked() && rest.size() < kShortestLastChunk) return Status::kNeedMore;
      const bool in_head = !is_header_done();
      beast::error_code ec;
      const std::size_t n = put(boost::asio::const_buffer(rest.data(), rest.size()), ec);
      consumed += n;
      if (in_head) header_bytes_ += n;
      const std::size_t kept = rest.size() - n;
      if (ec == http::error::need_more) {
        // Beast limits what it holds back, not what it has consumed already, and no line between two chunks at all.
        if (!is_header_done() && header_bytes_ + kept > max_header_bytes_) return fail(431);
        if (is_header_done() && kept > max_header_bytes_) return fail(400);
        return Status::kNeedMore;
      }
      if (ec == http::error::header_limit) return fail(431);
      if (ec == http::error::body_limit) return fail(413);
      if (ec) return fail(error_status_ != 0 ? error_status_ : 400);
      if (in_head && is_header_done() && header_bytes_ > max_header_bytes_) return fail(431);
      if (is_done()) return Status::kDone;
      if (in_head && is_header_done()) return Status::kHead;
    }
  }

  [[nodiscard]] bool set_body_limit(std::size_t bytes) override {
    basic_parser::body_limit(static_cast<std::uint64_t>(bytes));
    const auto length = content_length();
    if (!length || *length <= bytes) return true;
    error_status_ = 413;
    return false;
  }

  [[nodiscard]] HttpRequest& request() noexcept override { return request_; }
  [[nodiscard]] bool head_done() const noexcept override { return is_header_done(); }
  [[nodiscard]] bool keep_alive() const noexcept override { return basic_parser::keep_alive(); }
  [[nodiscard]] bool expects_continue() const noexcept override { return expects_continue_ && version_ == 11; }
  [[nodiscard]] bool http_1_1() const noexcept override { return version_ == 11; }
  [[nodiscard]] int error_status() const noexcept override { return error_status_; }

 private:
  Status fail(int status) {
    error_status_ = status;
    return Status::kError;
  }

  void on_request_impl(http::verb, beast::string_view method, beast::string_view target, int version,
                       beast::error_code& ec) override {
    ec = {};
    request_.method = method;
    request_.target = target;
    version_ = version;
    request_.headers.reserve(16);
  }
  void on_response_impl(int, beast::string_view, int, beast::error_code& ec) override { ec = {}; }
  void on_field_impl(http::field field, beast::string_view name, beast::string_view value,
                     beast::error_code& ec) override {
    ec = {};
    // Fields behind a chunked body must not be able to change what the head said.
    if (header_complete_) return;
    if (request_.headers.size() >= kMaxFields) {
      error_status_ = 431;
      ec = http::error::header_limit;
      return;
    }
    if (field == http::field::expect && beast::iequals(value, "100-continue")) expects_continue_ = true;
    request_.headers.emplace_back(name, value);
  }
  void on_header_impl(beast::error_code& ec) override {
    ec = {};
    header_complete_ = true;
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>& content_length, beast::error_code& ec) override {
    ec = {};
    // Nothing is reserved on the peer's word alone beyond this.
    if (content_length)
      request_.body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*content_length, 65'536)));
  }
  std::size_t on_body_impl(beast::string_view body, beast::error_code& ec) override {
    ec = {};
    request_.body.append(body);
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code& ec) override { ec = {}; }
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, beast::error_code& ec) override {
    ec = {};
    request_.body.append(body);
    return body.size();
  }
  void on_finish_impl(beast::error_code& ec) override { ec = {}; }

  HttpRequest request_;
  std::size_t max_header_bytes_;
  std::size_t header_bytes_ = 0;
  int version_ = 11;
  int error_status_ = 0;
  bool header_complete_ = false;
  bool expects_continue_ = false;
};

}  // namespace

std::unique_ptr<HttpParser> HttpParser::create(std::size_t max_header_bytes) {
  return std::make_unique<BeastRequestParser>(max_header_bytes);
}

}  // namespace chillin::net
