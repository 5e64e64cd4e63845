#pragma once

#include <string>
#include <string_view>

#include "blob/s3/s3_client.h"
#include "chat/error.h"

namespace chillin::blob {

/// The <Code> of an S3 error document, "NoSuchKey"; empty where there is none.
[[nodiscard]] std::string s3_error_code(std::string_view xml);

/// What is wrong when a request that should have succeeded was answered so, for an operator: "the access key is not
/// known (InvalidAccessKeyId, HTTP 403)".
[[nodiscard]] std::string s3_explain(const S3Response& response);

/// The refusal that a person gets for it: MESSAGE_NOT_FOUND for an object that is not there, else UNAVAILABLE.
[[nodiscard]] chat::Error s3_refusal(const S3Response& response);

/// UNAVAILABLE in the words for files.
[[nodiscard]] chat::Error files_unavailable();

}  // namespace chillin::blob
