#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace chillin::test {

/// A real S3 service (swift_s3.py) on a free port and in a temporary folder, which ends with this object. Constructed,
/// it serves. Throws std::runtime_error where it cannot be started.
class S3Server {
 public:
  S3Server();
  ~S3Server();
  S3Server(const S3Server&) = delete;
  S3Server& operator=(const S3Server&) = delete;

  /// The one that all tests of this program share; started at the first call.
  static S3Server& shared();

  [[nodiscard]] std::string host() const { return "127.0.0.1:" + std::to_string(port_); }

  void kill();
  /// On the same port, with the same data.
  void start();
  /// Stops answering, and goes on where it was.
  void freeze() const;
  void thaw() const;

  static constexpr const char* kAccessKey = "chat:app";
  static constexpr const char* kSecretKey = "chatsecret";
  static constexpr const char* kPowerlessAccessKey = "chat:reader";
  static constexpr const char* kPowerlessSecretKey = "readersecret";

 private:
  const std::filesystem::path folder_;
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace chillin::test
