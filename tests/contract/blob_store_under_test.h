#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "chat/ports/blob_store.h"

namespace chillin::contract {

/// What came of sending a SignedRequest.
struct SignedAnswer {
  int status = 0;
  std::string body;
  std::string content_type;
  std::string disposition;
};

/// One implementation of the port on a place of its own.
class BlobStoreUnderTest {
 public:
  virtual ~BlobStoreUnderTest() = default;
  virtual chat::BlobStore& store() = 0;
  /// Sends what sign() made, with the body's own length, to whoever answers such addresses.
  virtual SignedAnswer send(const chat::SignedRequest& request, const std::string& body) = 0;
};

struct BlobKind {
  std::string name;
  std::function<std::unique_ptr<BlobStoreUnderTest>()> make;
};
inline void PrintTo(const BlobKind& kind, std::ostream* out) {
  *out << kind.name;
}
[[nodiscard]] std::vector<BlobKind> blob_kinds();

}  // namespace chillin::contract
