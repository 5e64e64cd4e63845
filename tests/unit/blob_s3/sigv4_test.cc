#include "blob/s3/sigv4.h"

#include <gtest/gtest.h>

#include "util/crypto.h"
#include "util/text.h"

namespace chillin::blob {
namespace {

// The examples of the Amazon S3 API Reference, "Authenticating Requests (AWS Signature Version 4)".
const SigV4Credentials kExample{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1"};
constexpr util::WallMillis kExampleTime{1'369'353'600'000};  // 2013-05-24T00:00:00Z
const std::string kEmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::string signature(const std::string& authorization) {
  return authorization.substr(authorization.rfind('=') + 1);
}

SigV4Request example(std::string method, std::string path, const std::string& hash = kEmptyHash) {
  return {
      std::move(method),
      std::move(path),
      {},
      {{"Host", "examplebucket.s3.amazonaws.com"}, {"x-amz-content-sha256", hash}, {"x-amz-date", "20130524T000000Z"}}};
}

TEST(SigV4, TimeHasNoMarks) {
  EXPECT_EQ(sigv4_time(kExampleTime), "20130524T000000Z");
  EXPECT_EQ(sigv4_time({1'792'000'000'999}), "20261014T174640Z");
}

TEST(SigV4, SignsTheExampleOfGetObject) {
  auto request = example("GET", "/test.txt");
  request.headers.emplace_back("Range", "bytes=0-9");
  EXPECT_EQ(
      sigv4_canonical_request(request, kEmptyHash),
      "GET\n/test.txt\n\nhost:examplebucket.s3.amazonaws.com\nrange:bytes=0-9\nx-amz-content-sha256:" + kEmptyHash +
          "\nx-amz-date:20130524T000000Z\n\nhost;range;x-amz-content-sha256;x-amz-date\n" + kEmptyHash);
  EXPECT_EQ(sigv4_authorization(request, kEmptyHash, kExample, kExampleTime),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(SigV4, SignsTheExampleOfPutObject) {
  const std::string hash = util::hex_encode(util::sha256("Welcome to Amazon S3."));
  EXPECT_EQ(hash, "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072");
  auto request = example("PUT", "/" + util::url_encode("test$file.text"), hash);
  request.headers.emplace_back("Date", "Fri, 24 May 2013 00:00:00 GMT");
  request.headers.emplace_back("x-amz-storage-class", "REDUCED_REDUNDANCY");
  EXPECT_EQ(signature(sigv4_authorization(request, hash, kExample, kExampleTime)),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

TEST(SigV4, SignsTheExampleOfAQueryWithoutAValue) {
  auto request = example("GET", "/");
  request.query = {{"lifecycle", ""}};
  EXPECT_EQ(signature(sigv4_authorization(request, kEmptyHash, kExample, kExampleTime)),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
}

TEST(SigV4, SignsTheExampleOfAListInAnyOrderOfItsQuery) {
  auto request = example("GET", "/");
  request.query = {{"prefix", "J"}, {"max-keys", "2"}};
  EXPECT_EQ(signature(sigv4_authorization(request, kEmptyHash, kExample, kExampleTime)),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST(SigV4, PresignsTheExample) {
  const SigV4Request request{"GET", "/test.txt", {}, {{"host", "examplebucket.s3.amazonaws.com"}}};
  EXPECT_EQ(sigv4_presigned_query(request, kExample, kExampleTime, std::chrono::seconds(86'400)),
            "X-Amz-Algorithm=AWS4-HMAC-SHA256"
            "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
            "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
            "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

TEST(SigV4, AnAddressOfAPutSignsTypeAndLength) {
  SigV4Request request{"PUT", "/b/k", {}, {{"Host", "h"}, {"Content-Type", "image/png"}, {"Content-Length", "5"}}};
  const auto query = sigv4_presigned_query(request, kExample, kExampleTime, std::chrono::seconds(60));
  EXPECT_NE(query.find("X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost&"), std::string::npos) << query;
  request.headers[2].second = "6";
  EXPECT_NE(sigv4_presigned_query(request, kExample, kExampleTime, std::chrono::seconds(60)), query);
}

TEST(SigV4, HeadersAreTrimmedAndTheirSpacesMadeOne) {
  const SigV4Request request{"GET", "/", {}, {{"Host", "  h  "}, {"X-Amz-Meta-B", "a   b"}}};
  EXPECT_EQ(sigv4_canonical_request(request, "x"), "GET\n/\n\nhost:h\nx-amz-meta-b:a b\n\nhost;x-amz-meta-b\nx");
}

TEST(SigV4, EncodesAQueryAsTheReferenceSays) {
  const SigV4Request request{"GET", "/", {{"b", "ä /+~"}, {"a.b-c_d", "&="}}, {{"host", "h"}}};
  EXPECT_EQ(sigv4_canonical_request(request, "x"), "GET\n/\na.b-c_d=%26%3D&b=%C3%A4%20%2F%2B~\nhost:h\n\nhost\nx");
}

}  // namespace
}  // namespace chillin::blob
