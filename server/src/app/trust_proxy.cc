#include "app/trust_proxy.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace chillin::app {

namespace {

std::string_view trim(std::string_view s) {
  const auto first = s.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return s.substr(first, s.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string_view> split_list(std::string_view s) {
  std::vector<std::string_view> out;
  while (true) {
    const auto comma = s.find(',');
    if (const auto part = trim(s.substr(0, comma)); !part.empty()) out.push_back(part);
    if (comma == std::string_view::npos) return out;
    s.remove_prefix(comma + 1);
  }
}

// An IPv4 address mapped into IPv6 (::ffff:a.b.c.d) counts as the IPv4 address that it is.
std::optional<std::string> address_bytes(std::string_view text) {
  const std::string z(text);
  unsigned char raw[16];
  if (inet_pton(AF_INET, z.c_str(), raw) == 1) return std::string(reinterpret_cast<char*>(raw), 4);
  if (inet_pton(AF_INET6, z.c_str(), raw) != 1) return std::nullopt;
  static constexpr unsigned char kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::equal(kMapped, kMapped + 12, raw)) return std::string(reinterpret_cast<char*>(raw) + 12, 4);
  return std::string(reinterpret_cast<char*>(raw), 16);
}

bool same_prefix(std::string_view a, std::string_view b, int bits) {
  for (std::size_t i = 0; i < a.size() && bits > 0; ++i, bits -= 8) {
    const unsigned mask = bits >= 8 ? 0xffU : (0xff00U >> bits) & 0xffU;
    if (((static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i])) & mask) != 0) return false;
  }
  return true;
}

}  // namespace

std::optional<TrustProxy> TrustProxy::parse(std::string_view text) {
  text = trim(text);
  TrustProxy out;
  if (text.empty() || text == "false") return out;
  if (text.find_first_not_of("0123456789") == std::string_view::npos) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out.hops_);
    if (error != std::errc() || out.hops_ > 16) return std::nullopt;
    return out;
  }
  for (const auto part : split_list(text)) {
    if (part == "loopback") {
      out.networks_.push_back({*address_bytes("127.0.0.0"), 8});
      out.networks_.push_back({*address_bytes("::1"), 128});
      continue;
    }
    if (part == "private") {
      out.networks_.push_back({*address_bytes("10.0.0.0"), 8});
      out.networks_.push_back({*address_bytes("172.16.0.0"), 12});
      out.networks_.push_back({*address_bytes("192.168.0.0"), 16});
      out.networks_.push_back({*address_bytes("fc00::"), 7});
      continue;
    }
    const auto slash = part.find('/');
    const auto bytes = address_bytes(part.substr(0, slash));
    if (!bytes) return std::nullopt;
    const int widest = static_cast<int>(bytes->size()) * 8;
    int prefix = widest;
    if (slash != std::string_view::npos) {
      const auto digits = part.substr(slash + 1);
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
      if (error != std::errc() || end != digits.data() + digits.size() || prefix < 0 || prefix > widest) {
        return std::nullopt;
      }
    }
    out.networks_.push_back({*bytes, prefix});
  }
  return out;
}

bool TrustProxy::trusted(std::string_view address) const {
  const auto bytes = address_bytes(address);
  if (!bytes) return false;
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& n) {
    return n.bytes.size() == bytes->size() && same_prefix(n.bytes, *bytes, n.prefix);
  });
}

std::string TrustProxy::client_address(const net::HttpRequest& request) const {
  if (hops_ == 0 && networks_.empty()) return request.peer_address;
  // Every proxy appends the address it saw, so the list is believed from its end as far as trust reaches.
  const auto forwarded = split_list(request.header("x-forwarded-for"));
  std::string_view client = request.peer_address;
  int hops = hops_;
  for (auto it = forwarded.rbegin(); it != forwarded.rend(); ++it) {
    const bool believed = hops_ > 0 ? hops-- > 0 : trusted(client);
    if (!believed || !address_bytes(*it)) break;
    client = *it;
  }
  return std::string(client);
}

std::string limited_address(std::string address) {
  auto bytes = address_bytes(address);
  if (!bytes) return address;
  const int family = bytes->size() == 4 ? AF_INET : AF_INET6;
  if (family == AF_INET6) std::fill(bytes->begin() + 8, bytes->end(), '\0');
  char text[INET6_ADDRSTRLEN];
  if (inet_ntop(family, bytes->data(), text, sizeof text) == nullptr) return address;
  return family == AF_INET6 ? std::string(text) + "/64" : std::string(text);
}

}  // namespace chillin::app
