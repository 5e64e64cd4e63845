#include "legacy/importer.h"

#include <filesystem>
#include <utility>

#include "legacy/import_context.h"

namespace chillin::legacy {

namespace {

using Shape = JsonRecords::Shape;

struct File {
  const char* name;
  Shape shape;
};
constexpr File kFiles[] = {
    {"users.json", Shape::kByName}, {"rooms.json", Shape::kByName}, {"messages.json", Shape::kListsByName}};

util::Status<> read_to_the_end(const std::string& folder, const File& file) {
  auto records = JsonRecords::open(folder, file.name, file.shape);
  if (!records) return std::move(records).error();
  while (true) {
    auto record = records->next();
    if (!record) return std::move(record).error();
    if (!*record) return util::Ok{};
  }
}

}  // namespace

std::vector<std::string> check_files(const std::string& folder) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) return {folder + " is not a folder"};
  std::vector<std::string> failures;
  for (const File& file : kFiles) {
    if (auto read = read_to_the_end(folder, file); !read) failures.push_back(std::move(read).error().detail);
  }
  return failures;
}

ImportFile::ImportFile(ImportContext& context, const char* file, JsonRecords::Shape shape) : context_(context) {
  auto opened = JsonRecords::open(context.options.folder, file, shape);
  if (opened) {
    records_.emplace(*std::move(opened));
  } else {
    context.fail(opened.error());
  }
}

std::optional<Record> ImportFile::next() {
  if (context_.failure || !records_) return std::nullopt;
  auto record = records_->next();
  if (record) return *std::move(record);
  // It was read to its end a moment ago.
  context_.fail(util::Error{util::Error::Code::kConflict, record.error().detail + " (the file has been changed)"});
  return std::nullopt;
}

util::Task<ImportResult> import_files(Stores* stores, ImportOptions options) {
  ImportContext context;
  context.stores = stores;
  context.options = std::move(options);
  co_await import_users(context);
  if (!context.failure) co_await import_rooms(context);
  if (!context.failure) co_await import_messages(context);
  co_return ImportResult{std::move(context.failure), std::move(context.report)};
}

}  // namespace chillin::legacy
