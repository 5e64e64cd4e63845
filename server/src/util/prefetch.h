#pragma once

#include <cstddef>

namespace chillin::util {

inline constexpr std::size_t kCacheLine = 64;

/// Asks for the first `Bytes` bytes at `p` to be brought into the cache; reads nothing, so a null or dangling pointer
/// does no harm. Thread-safe.
template <std::size_t Bytes>
inline void prefetch(const void* p) noexcept {
  for (std::size_t at = 0; at < Bytes; at += kCacheLine) __builtin_prefetch(static_cast<const char*>(p) + at);
}
template <class T>
inline void prefetch_object(const T* p) noexcept {
  prefetch<sizeof(T)>(p);
}

}  // namespace chillin::util
