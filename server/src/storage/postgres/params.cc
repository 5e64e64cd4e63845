#include "storage/postgres/params_pq.h"

namespace chillin::storage::postgres {

namespace {

void put_32(char* out, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) out[i] = static_cast<char>(value >> (24 - 8 * i));
}

void put_64(char* out, std::uint64_t value) {
  for (int i = 0; i < 8; ++i) out[i] = static_cast<char>(value >> (56 - 8 * i));
}

// Number of dimensions, whether there are nulls, type of the elements, size and lower bound of the dimension.
constexpr std::size_t kHeader = 20;
constexpr std::size_t kNullsAt = 4;
constexpr std::size_t kCountAt = 12;

}  // namespace

ArrayParam::ArrayParam(Oid type) : type_(type), bytes_(kHeader, '\0') {
  put_32(bytes_.data(), 1);
  put_32(bytes_.data() + 8, type == kInt8Array ? kInt8 : kText);
  put_32(bytes_.data() + 16, 1);
}

void ArrayParam::count() {
  put_32(bytes_.data() + kCountAt, static_cast<std::uint32_t>(++size_));
}

void ArrayParam::element(std::string_view bytes) {
  char length[4];
  put_32(length, static_cast<std::uint32_t>(bytes.size()));
  bytes_.append(length, sizeof length).append(bytes);
  count();
}

void ArrayParam::add(std::int64_t value) {
  char bytes[8];
  put_64(bytes, static_cast<std::uint64_t>(value));
  element({bytes, sizeof bytes});
}

void ArrayParam::add(std::string_view text) {
  element(text);
}

void ArrayParam::add_null() {
  bytes_.append(4, '\xFF');
  put_32(bytes_.data() + kNullsAt, 1);
  count();
}

void Params::add(std::int64_t value) {
  auto& number = numbers_[static_cast<std::size_t>(size_)];
  put_64(number.data(), static_cast<std::uint64_t>(value));
  add_bytes(kInt8, {number.data(), number.size()});
}

void Params::add(bool value) {
  auto& number = numbers_[static_cast<std::size_t>(size_)];
  number[0] = value ? 1 : 0;
  add_bytes(kBool, {number.data(), 1});
}

void Params::add_bytes(Oid type, std::string_view bytes) {
  const auto at = static_cast<std::size_t>(size_++);
  types_[at] = type;
  // A null pointer would be NULL, not the empty text.
  values_[at] = bytes.data() == nullptr ? "" : bytes.data();
  lengths_[at] = static_cast<int>(bytes.size());
  formats_[at] = 1;
}

void Params::add_null(Oid type) {
  const auto at = static_cast<std::size_t>(size_++);
  types_[at] = type;
  formats_[at] = 1;
}

}  // namespace chillin::storage::postgres
