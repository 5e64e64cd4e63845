#include "util/msgpack.h"

#include <bit>
#include <limits>

namespace chillin::util {
namespace {

constexpr int kMaxDepth = 100;

}  // namespace

void MsgpackWriter::number(std::uint8_t type, std::uint64_t value, int bytes) {
  out_ += static_cast<char>(type);
  for (int i = bytes - 1; i >= 0; --i) out_ += static_cast<char>(value >> (8 * i));
}

/// `type8` below 0: there is no such form.
void MsgpackWriter::sized(std::size_t size, int type8, std::uint8_t type16, std::uint8_t type32) {
  if (size <= 0xff && type8 >= 0) return number(static_cast<std::uint8_t>(type8), size, 1);
  if (size <= 0xffff) return number(type16, size, 2);
  number(type32, size, 4);
}

MsgpackWriter& MsgpackWriter::nil() {
  out_ += '\xc0';
  return *this;
}

MsgpackWriter& MsgpackWriter::boolean(bool value) {
  out_ += value ? '\xc3' : '\xc2';
  return *this;
}

MsgpackWriter& MsgpackWriter::integer(std::int64_t value) {
  if (value >= 0) return unsigned_integer(static_cast<std::uint64_t>(value));
  const auto bits = static_cast<std::uint64_t>(value);
  if (value >= -32) {
    out_ += static_cast<char>(value);
  } else if (value >= std::numeric_limits<std::int8_t>::min()) {
    number(0xd0, bits, 1);
  } else if (value >= std::numeric_limits<std::int16_t>::min()) {
    number(0xd1, bits, 2);
  } else if (value >= std::numeric_limits<std::int32_t>::min()) {
    number(0xd2, bits, 4);
  } else {
    number(0xd3, bits, 8);
  }
  return *this;
}

MsgpackWriter& MsgpackWriter::unsigned_integer(std::uint64_t value) {
  if (value < 0x80) {
    out_ += static_cast<char>(value);
  } else if (value <= 0xff) {
    number(0xcc, value, 1);
  } else if (value <= 0xffff) {
    number(0xcd, value, 2);
  } else if (value <= 0xffffffff) {
    number(0xce, value, 4);
  } else {
    number(0xcf, value, 8);
  }
  return *this;
}

MsgpackWriter& MsgpackWriter::real(double value) {
  number(0xcb, std::bit_cast<std::uint64_t>(value), 8);
  return *this;
}

MsgpackWriter& MsgpackWriter::text(std::string_view value) {
  if (value.size() < 32) {
    out_ += static_cast<char>(0xa0 | value.size());
  } else {
    sized(value.size(), 0xd9, 0xda, 0xdb);
  }
  out_ += value;
  return *this;
}

MsgpackWriter& MsgpackWriter::binary(std::string_view bytes) {
  sized(bytes.size(), 0xc4, 0xc5, 0xc6);
  out_ += bytes;
  return *this;
}

MsgpackWriter& MsgpackWriter::array(std::size_t size) {
  if (size < 16) {
    out_ += static_cast<char>(0x90 | size);
  } else {
    sized(size, -1, 0xdc, 0xdd);
  }
  return *this;
}

MsgpackWriter& MsgpackWriter::map(std::size_t size) {
  if (size < 16) {
    out_ += static_cast<char>(0x80 | size);
  } else {
    sized(size, -1, 0xde, 0xdf);
  }
  return *this;
}

std::optional<MsgpackReader::Value> MsgpackReader::broken() {
  rest_ = {};
  return std::nullopt;
}

bool MsgpackReader::take(std::size_t n, std::string_view& out) {
  if (n > rest_.size()) return false;
  out = rest_.substr(0, n);
  rest_.remove_prefix(n);
  return true;
}

bool MsgpackReader::number(int bytes, std::uint64_t& out) {
  std::string_view raw;
  if (!take(static_cast<std::size_t>(bytes), raw)) return false;
  out = 0;
  for (const char c : raw) out = (out << 8) | static_cast<std::uint8_t>(c);
  return true;
}

std::optional<MsgpackReader::Value> MsgpackReader::container(Type type, std::uint64_t size) {
  const std::uint64_t least_bytes = type == Type::kMap ? size * 2 : size;
  if (least_bytes > rest_.size()) return broken();
  return Value{.type = type, .size = static_cast<std::size_t>(size)};
}

std::optional<MsgpackReader::Value> MsgpackReader::string(Type type, std::uint64_t size) {
  Value value{.type = type};
  if (!take(static_cast<std::size_t>(size), value.bytes)) return broken();
  return value;
}

std::optional<MsgpackReader::Value> MsgpackReader::extension(std::uint64_t size) {
  std::string_view type;
  Value value{.type = Type::kExtension};
  if (!take(1, type) || !take(static_cast<std::size_t>(size), value.bytes)) return broken();
  value.extension = static_cast<std::int8_t>(type[0]);
  return value;
}

std::optional<MsgpackReader::Value> MsgpackReader::sized(Type type, int size_bytes) {
  std::uint64_t size = 0;
  if (!number(size_bytes, size)) return broken();
  if (type == Type::kArray || type == Type::kMap) return container(type, size);
  if (type == Type::kExtension) return extension(size);
  return string(type, size);
}

/// 0xcc .. 0xcf: unsigned of 1, 2, 4, 8 bytes; 0xd0 .. 0xd3: signed.
std::optional<MsgpackReader::Value> MsgpackReader::integer_of(std::uint8_t type) {
  const int bytes = 1 << (type & 3);
  std::uint64_t bits = 0;
  if (!number(bytes, bits)) return broken();
  if (type < 0xd0) {
    if (bits > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return Value{.type = Type::kUnsigned, .unsigned_integer = bits};
    }
    return Value{.type = Type::kInteger, .integer = static_cast<std::int64_t>(bits)};
  }
  const int shift = 64 - 8 * bytes;
  return Value{.type = Type::kInteger, .integer = static_cast<std::int64_t>(bits << shift) >> shift};
}

std::optional<MsgpackReader::Value> MsgpackReader::next() {
  std::string_view first;
  if (!take(1, first)) return broken();
  const auto type = static_cast<std::uint8_t>(first[0]);
  if (type < 0x80) return Value{.type = Type::kInteger, .integer = type};
  if (type >= 0xe0) return Value{.type = Type::kInteger, .integer = static_cast<std::int8_t>(type)};
  if (type < 0x90) return container(Type::kMap, type & 0x0f);
  if (type < 0xa0) return container(Type::kArray, type & 0x0f);
  if (type < 0xc0) return string(Type::kText, type & 0x1f);
  if (type >= 0xcc && type <= 0xd3) return integer_of(type);
  if (type >= 0xd4 && type <= 0xd8) return extension(1U << (type - 0xd4));
  std::uint64_t bits = 0;
  switch (type) {
    case 0xc0:
      return Value{};
    case 0xc2:
    case 0xc3:
      return Value{.type = Type::kBoolean, .boolean = type == 0xc3};
    case 0xc4:
    case 0xc5:
    case 0xc6:
      return sized(Type::kBinary, 1 << (type - 0xc4));
    case 0xc7:
    case 0xc8:
    case 0xc9:
      return sized(Type::kExtension, 1 << (type - 0xc7));
    case 0xca:
      if (!number(4, bits)) return broken();
      return Value{.type = Type::kReal, .real = std::bit_cast<float>(static_cast<std::uint32_t>(bits))};
    case 0xcb:
      if (!number(8, bits)) return broken();
      return Value{.type = Type::kReal, .real = std::bit_cast<double>(bits)};
    case 0xd9:
    case 0xda:
    case 0xdb:
      return sized(Type::kText, 1 << (type - 0xd9));
    case 0xdc:
    case 0xdd:
      return sized(Type::kArray, 2 << (type - 0xdc));
    case 0xde:
    case 0xdf:
      return sized(Type::kMap, 2 << (type - 0xde));
    default:  // 0xc1 is never used
      return broken();
  }
}

bool MsgpackReader::skip() {
  // Values still to be passed over on each level, in place of recursion.
  std::uint64_t left[kMaxDepth];
  int depth = 0;
  left[0] = 1;
  while (depth >= 0) {
    if (left[depth] == 0) {
      --depth;
      continue;
    }
    --left[depth];
    const auto value = next();
    if (!value) return false;
    if (value->size == 0) continue;
    if (++depth == kMaxDepth) return false;
    left[depth] = value->type == Type::kMap ? value->size * 2 : value->size;
  }
  return true;
}

std::optional<std::string_view> MsgpackReader::text() {
  const auto value = next();
  if (!value || value->type != Type::kText) return std::nullopt;
  return value->bytes;
}

std::optional<std::int64_t> MsgpackReader::integer() {
  const auto value = next();
  if (!value || value->type != Type::kInteger) return std::nullopt;
  return value->integer;
}

std::optional<bool> MsgpackReader::boolean() {
  const auto value = next();
  if (!value || value->type != Type::kBoolean) return std::nullopt;
  return value->boolean;
}

std::optional<std::size_t> MsgpackReader::array() {
  const auto value = next();
  if (!value || value->type != Type::kArray) return std::nullopt;
  return value->size;
}

std::optional<std::size_t> MsgpackReader::map() {
  const auto value = next();
  if (!value || value->type != Type::kMap) return std::nullopt;
  return value->size;
}

}  // namespace chillin::util
