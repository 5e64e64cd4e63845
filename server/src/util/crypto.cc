#include "util/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <utility>

#include "util/log.h"

namespace chillin::util {

namespace {

/// OpenSSL without randomness or without SHA-2 cannot keep any promise of this program, so it ends.
[[noreturn]] void crypto_failed(std::string_view what) {
  log_error("crypto_failed", {{"what", what}});
  std::abort();
}

void fill_random(unsigned char* out, std::size_t n) {
  while (n > 0) {
    const std::size_t part = std::min<std::size_t>(n, INT_MAX);
    if (RAND_bytes(out, static_cast<int>(part)) != 1) crypto_failed("RAND_bytes");
    out += part;
    n -= part;
  }
}

/// Fetched once: OpenSSL 3 searches its providers at every implicit fetch.
const EVP_MD* fetch(const char* name) {
  EVP_MD* md = EVP_MD_fetch(nullptr, name, nullptr);
  if (md == nullptr) crypto_failed(name);
  return md;
}

std::string digest(const EVP_MD* md, std::string_view bytes) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), out, &size, md, nullptr) != 1) crypto_failed("EVP_Digest");
  return {reinterpret_cast<const char*>(out), size};
}

/// Random bytes of this thread, handed out one by one and wiped as they go.
class RandomPool {
 public:
  unsigned char next() {
    if (at_ == bytes_.size()) {
      fill_random(bytes_.data(), bytes_.size());
      at_ = 0;
    }
    return std::exchange(bytes_[at_++], 0);
  }

 private:
  std::array<unsigned char, 1024> bytes_{};
  std::size_t at_ = 1024;
};

}  // namespace

std::string random_bytes(std::size_t n) {
  std::string out(n, '\0');
  fill_random(reinterpret_cast<unsigned char*>(out.data()), n);
  return out;
}

std::string random_id(std::size_t n) {
  static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  static thread_local RandomPool pool;
  std::string out(n, '\0');
  for (char& c : out) c = kAlphabet[pool.next() & 63];
  return out;
}

std::string sha1(std::string_view bytes) {
  static const EVP_MD* const kMd = fetch("SHA1");
  return digest(kMd, bytes);
}

std::string sha256(std::string_view bytes) {
  static const EVP_MD* const kMd = fetch("SHA256");
  return digest(kMd, bytes);
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  static const EVP_MD* const kMd = fetch("SHA256");
  if (key.size() > INT_MAX) crypto_failed("HMAC key of more than 2 GiB");
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  const char* const key_bytes =
      key.empty() ? "" : key.data();  // a null key means "the key of the last call" to OpenSSL
  if (HMAC(kMd, key_bytes, static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(bytes.data()),
           bytes.size(), out, &size) == nullptr) {
    crypto_failed("HMAC");
  }
  return {reinterpret_cast<const char*>(out), size};
}

bool constant_time_equal(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace chillin::util
