#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "util/text.h"

namespace chillin::util {
namespace {

rc::Gen<std::string> bytes() {
  return rc::gen::container<std::string>(rc::gen::arbitrary<char>());
}

// RFC 4648, section 10.
TEST(Base64, EncodesTheVectorsOfTheRfc) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(base64_encode(plain), encoded);
    EXPECT_EQ(base64_decode(encoded), plain);
  }
}

TEST(Base64, AcceptsMissingPadding) {
  EXPECT_EQ(base64_decode("Zg"), "f");
  EXPECT_EQ(base64_decode("Zm8"), "fo");
}

TEST(Base64, RefusesWhatIsNotBase64) {
  for (const char* text : {"Z", "Zm9vY", "Zg=", "=", "==", "====", "Zg===", "Zm=v", "Zm8=Zg==", "Zm 8", "Zm8\n", "Z-_v",
                           "Zm9v=", "Zh==", "Zm9=", "Zm\xFFv", "Zm9v\xC3\xA9"}) {
    EXPECT_EQ(base64_decode(text), std::nullopt) << text;
  }
}

RC_GTEST_PROP(Base64Property, DecodingGivesTheBytesBack, ()) {
  const std::string plain = *bytes();
  const std::string encoded = base64_encode(plain);
  RC_ASSERT(base64_decode(encoded) == plain);
  RC_ASSERT(base64_decode(encoded.substr(0, encoded.find('='))) == plain);
}

RC_GTEST_PROP(Base64Property, AgreesWithOpenSsl, ()) {
  const std::string plain = *bytes();
  std::string theirs((plain.size() + 2) / 3 * 4 + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(theirs.data()),
                      reinterpret_cast<const unsigned char*>(plain.data()), static_cast<int>(plain.size()));
  theirs.resize(static_cast<std::size_t>(size));
  RC_ASSERT(base64_encode(plain) == theirs);
}

RC_GTEST_PROP(Base64Property, WhatIsDecodedHasOneEncoding, ()) {
  const std::string text = *rc::gen::container<std::string>(rc::gen::element('A', 'Q', 'g', 'w', '8', '+', '/', '='));
  const auto plain = base64_decode(text);
  if (!plain) return;
  const std::string again = base64_encode(*plain);
  RC_ASSERT(again.substr(0, again.find('=')) == text.substr(0, text.find('=')));
}

TEST(Hex, WritesEveryByteInLowerCase) {
  EXPECT_EQ(hex_encode(""), "");
  EXPECT_EQ(hex_encode(std::string_view("\x00\x7F\x80\xFF\xAb", 5)), "007f80ffab");
}

TEST(UrlDecode, DecodesEscapesAndPlus) {
  EXPECT_EQ(url_decode("a+b%20c%2B%2f%C3%A9"), "a b c+/é");
  EXPECT_EQ(url_decode(""), "");
  EXPECT_EQ(url_decode("%00"), std::string(1, '\0'));
  EXPECT_EQ(url_decode("100%25"), "100%");
}

TEST(UrlDecode, RefusesBrokenEscapes) {
  for (const char* text : {"%", "%2", "abc%", "%zz", "%2g", "%%20", "% 20", "%-1"}) {
    EXPECT_EQ(url_decode(text), std::nullopt) << text;
  }
}

RC_GTEST_PROP(UrlDecodeProperty, UndoesPercentEncoding, ()) {
  const std::string plain = *bytes();
  std::string encoded;
  for (const char c : plain) {
    const bool unreserved =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    if (unreserved && *rc::gen::arbitrary<bool>()) {
      encoded += c;
    } else if (c == ' ' && *rc::gen::arbitrary<bool>()) {
      encoded += '+';
    } else {
      encoded += '%' + hex_encode(std::string_view(&c, 1));
    }
  }
  RC_ASSERT(url_decode(encoded) == plain);
}

RC_GTEST_PROP(UrlDecodeProperty, AnyInputIsAnsweredAndNeverGrows, ()) {
  const std::string text = *rc::gen::container<std::string>(rc::gen::element('%', '2', 'f', 'G', '+', 'a', '\xFF'));
  const auto out = url_decode(text);
  if (out) RC_ASSERT(out->size() <= text.size());
}

}  // namespace
}  // namespace chillin::util
