#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <utf8proc.h>

#include <cstdlib>

#include "unit/util/unicode_gen.h"
#include "util/text.h"

namespace chillin::util {
namespace {

TEST(NormalizeText, KeepsOrdinaryTextAsWritten) {
  for (const char* text : {"", "hello", "  two  spaces  ", "tab\there", "<script>alert(1)</script>",
                           "Grüße 😀 ’quoted’", "مرحبا", "👩‍👩‍👧", "\xE2\x80\x8F right-to-left mark"}) {
    EXPECT_EQ(normalize_text(text), text);
  }
}

TEST(NormalizeText, ComposesWhatCanBeComposed) {
  EXPECT_EQ(normalize_text("e\u0301"), "\u00E9");
  EXPECT_EQ(normalize_text("\u212B"), "\u00C5");                // ångström sign
  EXPECT_EQ(normalize_text("\u1112\u1161\u11AB"), "\uD55C");    // jamo of 한
  EXPECT_EQ(normalize_text("q\u0307\u0323"), "q\u0323\u0307");  // marks in canonical order
  EXPECT_EQ(normalize_text("\u0958"), "\u0915\u093C");          // a composition exclusion
  EXPECT_EQ(normalize_text("\uFB01"), "\uFB01");                // a ligature is no canonical equivalent
}

TEST(NormalizeText, DropsControlCharacters) {
  EXPECT_EQ(normalize_text(std::string_view("a\0b\x01\x1B[31mc\x7F", 11)), "ab[31mc");
  EXPECT_EQ(normalize_text("a\u0080\u0085\u009Fb"), "ab");
  EXPECT_EQ(normalize_text("e\u0001\u0301"), "\u00E9");  // what a control character kept apart is composed
}

TEST(NormalizeText, LineBreaksBecomeLineFeeds) {
  EXPECT_EQ(normalize_text("a\r\nb\rc\nd\r\r\ne\r"), "a\nb\nc\nd\n\ne\n");
}

TEST(NormalizeText, RefusesInvalidUtf8) {
  EXPECT_EQ(normalize_text("a\xFF"), std::nullopt);
  EXPECT_EQ(normalize_text("\xE2\x82"), std::nullopt);
}

// A whole-string sort of marks in quadratic time needs minutes for this; the time-out of the test program is the bound.
TEST(NormalizeText, AMegabyteOfCombiningMarksIsNoAttack) {
  std::string text = "a";
  for (int i = 0; i < 250'000; ++i) text += "\u0307\u0323";  // each pair in the wrong order
  const auto out = normalize_text(text);
  ASSERT_TRUE(out.has_value());
  EXPECT_EQ(code_points(*out), 500'000U);  // the first mark went into the letter
}

RC_GTEST_PROP(NormalizeTextProperty, AgreesWithTheUnicodeLibrary, ()) {
  const std::string text = *testing::utf8_text();
  const auto ours = normalize_text(text);
  RC_ASSERT(ours.has_value());
  // Without what we take out, both must be the same.
  std::string printable;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto b = static_cast<unsigned char>(text[i]);
    if (b == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0) {
      ++i;
    } else if (b == '\r') {
      if (i + 1 == text.size() || text[i + 1] != '\n') printable += '\n';
    } else if (b == '\n' || b == '\t' || (b >= 0x20 && b != 0x7F)) {
      printable += text[i];
    }
  }
  utf8proc_uint8_t* nfc = nullptr;
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(printable.data()),
                                 static_cast<utf8proc_ssize_t>(printable.size()), &nfc,
                                 static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE));
  const std::string theirs(reinterpret_cast<const char*>(nfc),
                           static_cast<std::size_t>(std::max<utf8proc_ssize_t>(size, 0)));
  std::free(nfc);
  RC_ASSERT(*ours == theirs);
}

RC_GTEST_PROP(NormalizeTextProperty, TwiceIsAsOnce, ()) {
  const auto once = normalize_text(*testing::utf8_text());
  RC_ASSERT(once.has_value());
  RC_ASSERT(is_utf8(*once));
  RC_ASSERT(normalize_text(*once) == once);
}

TEST(NormalizeName, TrimsAndLowerCases) {
  EXPECT_EQ(normalize_name("  Alice  "), "alice");
  EXPECT_EQ(normalize_name("BJÖRN"), "björn");
  EXPECT_EQ(normalize_name("BJO\u0308RN"), "björn");
  EXPECT_EQ(normalize_name("ΣΊΣΥΦΟΣ"), "σίσυφοσ");  // simple mapping: no final sigma
  EXPECT_EQ(normalize_name("Secret Garden"), "secret garden");
  EXPECT_EQ(normalize_name("\u00A0\u3000\uFEFFx\u2003"), "x");
  EXPECT_EQ(normalize_name(" \u00A0 "), "");
  EXPECT_EQ(normalize_name(""), "");
}

TEST(NormalizeName, RemovesControlsAndLineBreaks) {
  EXPECT_EQ(normalize_name("a\nb\tc\r\u2028d\u2029\u0085"), "abcd");
  EXPECT_EQ(normalize_name("\n admin \n"), "admin");
}

TEST(NormalizeName, RefusesInvalidUtf8) {
  EXPECT_EQ(normalize_name("\xC3"), std::nullopt);
}

RC_GTEST_PROP(NormalizeNameProperty, TwiceIsAsOnce, ()) {
  const auto once = normalize_name(*testing::utf8_text());
  RC_ASSERT(once.has_value());
  RC_ASSERT(is_utf8(*once));
  RC_ASSERT(normalize_name(*once) == once);
}

RC_GTEST_PROP(NormalizeNameProperty, EqualTextsInEitherFormAreOneName, ()) {
  const std::string text = *testing::utf8_text();
  const auto nfc = normalize_text(text);
  RC_ASSERT(nfc.has_value());
  std::string bare;  // normalize_text makes line feeds of carriage returns; names have neither
  for (const char c : *nfc) {
    if (c != '\n') bare += c;
  }
  RC_ASSERT(normalize_name(bare) == normalize_name(text));
}

// Every letter and its lower case must be one name after the first pass, or two accounts could look like one.
TEST(NormalizeName, IsStableForEveryCodePoint) {
  for (std::uint32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    const auto once = normalize_name("x" + testing::encode(c) + "x");
    ASSERT_TRUE(once.has_value());
    ASSERT_EQ(normalize_name(*once), once) << std::hex << c;
  }
}

}  // namespace
}  // namespace chillin::util
