// Polling payloads of Engine.IO revision 4. Input: the body.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "payload_roundtrip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chillin::fuzz::check_payload(4, {reinterpret_cast<const char*>(data), size}, false, false);
  return 0;
}
