#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "unit/util/unicode_gen.h"
#include "util/text.h"

namespace chillin::util {
namespace {

using testing::encode;

/// Straight from the definition: the bits of each byte, then the rules about the value. nullopt: not UTF-8.
std::optional<std::vector<std::uint32_t>> naive_decode(std::string_view text) {
  std::vector<std::uint32_t> out;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    std::size_t size = 0;
    std::uint32_t value = 0;
    if ((lead & 0x80) == 0) {
      size = 1, value = lead;
    } else if ((lead & 0xE0) == 0xC0) {
      size = 2, value = lead & 0x1F;
    } else if ((lead & 0xF0) == 0xE0) {
      size = 3, value = lead & 0x0F;
    } else if ((lead & 0xF8) == 0xF0) {
      size = 4, value = lead & 0x07;
    } else {
      return std::nullopt;
    }
    if (text.size() - i < size) return std::nullopt;
    for (std::size_t k = 1; k < size; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xC0) != 0x80) return std::nullopt;
      value = value << 6 | (next & 0x3F);
    }
    static constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < kSmallest[size] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return std::nullopt;
    out.push_back(value);
    i += size;
  }
  return out;
}

TEST(Utf8, EveryCodePointIsValidAndCountsAsOne) {
  for (std::uint32_t c = 0; c <= 0x10FFFF; ++c) {
    const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    const std::string text = encode(c);
    ASSERT_EQ(is_utf8(text), !surrogate) << std::hex << c;
    if (!surrogate) ASSERT_EQ(code_points(text), 1U);
  }
}

TEST(Utf8, EveryPairAndTripleOfBytesAgreesWithTheDefinition) {
  for (unsigned a = 0; a < 256; ++a) {
    for (unsigned b = 0; b < 256; ++b) {
      const std::string two = {static_cast<char>(a), static_cast<char>(b)};
      ASSERT_EQ(is_utf8(two), naive_decode(two).has_value()) << a << ' ' << b;
      if (a < 0xC0) continue;
      for (const unsigned c : {0x00U, 0x7FU, 0x80U, 0x8FU, 0x90U, 0x9FU, 0xA0U, 0xBFU, 0xC0U, 0xFFU}) {
        const std::string three = two + static_cast<char>(c);
        ASSERT_EQ(is_utf8(three), naive_decode(three).has_value()) << a << ' ' << b << ' ' << c;
        const std::string four = three + '\x80';
        ASSERT_EQ(is_utf8(four), naive_decode(four).has_value()) << a << ' ' << b << ' ' << c;
      }
    }
  }
}

TEST(Utf8, RefusesAsSoonAsNothingCanMakeItValid) {
  for (const char* text : {"\x80", "\xC0", "\xC1", "\xE0\x80", "\xE0\x9F", "\xED\xA0", "\xF0\x80", "\xF0\x8F",
                           "\xF4\x90", "\xF5", "\xFF", "ok\xC3(", "12345678\xFE"}) {
    Utf8Validator validator;
    EXPECT_FALSE(validator.feed(text)) << text;
    EXPECT_FALSE(validator.complete());
    EXPECT_FALSE(validator.feed("a")) << "it stays refused";
    validator.reset();
    EXPECT_TRUE(validator.feed("a"));
  }
}

TEST(Utf8, ACharacterCutInPiecesIsIncompleteUntilItsLastByte) {
  const std::string text = "\xF0\x9F\x98\x80";
  Utf8Validator validator;
  EXPECT_TRUE(validator.complete());
  for (std::size_t i = 0; i < text.size(); ++i) {
    EXPECT_TRUE(validator.feed(std::string_view(text).substr(i, 1)));
    EXPECT_TRUE(validator.feed(""));
    EXPECT_EQ(validator.complete(), i == 3);
  }
}

TEST(Utf8, AWrongByteIsFoundAtEveryPositionOfALongText) {
  for (std::size_t size = 1; size < 40; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'a');
      text[at] = '\xFF';
      EXPECT_FALSE(is_utf8(text)) << at << " of " << size;
    }
  }
}

// In memory of exactly its size, so that AddressSanitizer sees a read past the end.
TEST(Utf8, ReadsNothingBeyondTheText) {
  for (std::size_t size = 1; size < 40; ++size) {
    const std::vector<char> text(size, 'a');
    EXPECT_TRUE(is_utf8(std::string_view(text.data(), text.size())));
  }
}

/// Bytes in which both valid sequences and all ways to break them are frequent.
rc::Gen<std::string> almost_utf8() {
  const auto piece =
      rc::gen::oneOf(testing::utf8_text(), rc::gen::container<std::string>(rc::gen::arbitrary<char>()),
                     rc::gen::map(testing::utf8_text(),
                                  [](const std::string& s) { return s.substr(0, s.empty() ? 0 : s.size() - 1); }),
                     rc::gen::container<std::string>(
                         rc::gen::element('\xE0', '\xED', '\xF0', '\xF4', '\x80', '\x9F', '\xA0', '\xBF', 'a')));
  return rc::gen::apply([](const std::string& a, const std::string& b, const std::string& c) { return a + b + c; },
                        piece, piece, piece);
}

RC_GTEST_PROP(Utf8Property, AgreesWithANaiveDecoder, ()) {
  const std::string text = *almost_utf8();
  const auto decoded = naive_decode(text);
  RC_ASSERT(is_utf8(text) == decoded.has_value());
  if (decoded) RC_ASSERT(code_points(text) == decoded->size());
}

RC_GTEST_PROP(Utf8Property, PiecesGiveTheSameAnswerAsTheWhole, ()) {
  const std::string text = *almost_utf8();
  Utf8Validator validator;
  bool valid = true;
  for (std::size_t at = 0; at < text.size();) {
    const auto size = *rc::gen::inRange<std::size_t>(1, 12);
    valid = validator.feed(std::string_view(text).substr(at, size)) && valid;
    at += size;
  }
  RC_ASSERT((valid && validator.complete()) == is_utf8(text));
}

}  // namespace
}  // namespace chillin::util
