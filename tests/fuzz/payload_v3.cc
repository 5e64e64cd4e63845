// Polling payloads of Engine.IO revision 3. Input: a byte (bit 0: the body came as bytes, bit 1: the client takes text
// only), then the body.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "payload_roundtrip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  chillin::fuzz::check_payload(3, body, (data[0] & 1U) != 0, (data[0] & 2U) != 0);
  return 0;
}
