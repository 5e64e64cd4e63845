#include "redis/reply_reader.h"

#include <hiredis/read.h>

#include <cstddef>
#include <new>
#include <utility>

namespace chillin::redis {
namespace {

constexpr int kMaxElements = 1'000'000;

/// Where the object that hiredis is reading belongs: into its array, or it is the whole reply, which `freeObject` or
/// next() takes over.
Reply* place_of(const redisReadTask* task) noexcept {
  if (task->parent == nullptr) return new (std::nothrow) Reply;
  return &static_cast<Reply*>(task->parent->obj)->elements[static_cast<std::size_t>(task->idx)];
}

void* create_string(const redisReadTask* task, char* text, std::size_t size) {
  Reply* reply = place_of(task);
  if (reply == nullptr) return nullptr;
  reply->kind = task->type == REDIS_REPLY_ERROR    ? Reply::Kind::kError
                : task->type == REDIS_REPLY_STATUS ? Reply::Kind::kStatus
                                                   : Reply::Kind::kText;
  reply->text.assign(text, size);
  return reply;
}

void* create_array(const redisReadTask* task, int elements) {
  if (elements > kMaxElements) return nullptr;
  Reply* reply = place_of(task);
  if (reply == nullptr) return nullptr;
  reply->kind = Reply::Kind::kArray;
  // At once, because the children are pointed to while they are read.
  reply->elements.resize(static_cast<std::size_t>(elements));
  return reply;
}

void* create_integer(const redisReadTask* task, long long value) {
  Reply* reply = place_of(task);
  if (reply == nullptr) return nullptr;
  reply->kind = Reply::Kind::kInteger;
  reply->integer = value;
  return reply;
}

void* create_nil(const redisReadTask* task) {
  return place_of(task);
}

void free_object(void* reply) {
  delete static_cast<Reply*>(reply);
}

redisReplyObjectFunctions functions{create_string, create_array, create_integer, create_nil, free_object};

util::Error broken(const char* what) {
  return {util::Error::Code::kInvalid, std::string("not an answer of Redis: ") + what, false};
}

}  // namespace

struct ReplyReader::Hiredis {
  Hiredis() : reader(redisReaderCreateWithFunctions(&functions)) {
    if (reader == nullptr) throw std::bad_alloc();
  }
  ~Hiredis() { redisReaderFree(reader); }
  Hiredis(const Hiredis&) = delete;
  Hiredis& operator=(const Hiredis&) = delete;
  redisReader* reader;
};

ReplyReader::ReplyReader() : impl_(std::make_unique<Hiredis>()) {}
ReplyReader::~ReplyReader() = default;

void ReplyReader::feed(std::string_view bytes) {
  redisReaderFeed(impl_->reader, bytes.data(), bytes.size());
}

util::Result<std::optional<Reply>> ReplyReader::next() {
  void* object = nullptr;
  if (redisReaderGetReply(impl_->reader, &object) != REDIS_OK) return broken(impl_->reader->errstr);
  if (object == nullptr) return std::optional<Reply>();
  const std::unique_ptr<Reply> reply(static_cast<Reply*>(object));
  return std::optional<Reply>(std::move(*reply));
}

}  // namespace chillin::redis
