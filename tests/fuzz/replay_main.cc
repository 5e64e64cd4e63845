// Replays stored inputs through a fuzz target, for the builds that do not search: what a fuzzer once found stays found.
//
// Arguments: files or folders; a folder is walked recursively, a missing one is skipped. Exit status 1 when no input
// was found at all (a corpus that vanished must not look like success) or when one cannot be read; an input that
// misbehaves ends the process as the sanitizer or the target sees fit, after its name was printed.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
// Optional in libFuzzer, so optional here too.
extern "C" __attribute__((weak)) int LLVMFuzzerInitialize(int* argc, char*** argv);

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> collect_inputs(int argc, char** argv) {
  std::vector<fs::path> inputs;
  for (int i = 1; i < argc; ++i) {
    const fs::path path = argv[i];
    if (fs::is_regular_file(path)) inputs.push_back(path);
    if (!fs::is_directory(path)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      if (entry.is_regular_file()) inputs.push_back(entry.path());
    }
  }
  std::sort(inputs.begin(), inputs.end());
  return inputs;
}

std::optional<std::vector<char>> read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::vector<char>(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

}  // namespace

int main(int argc, char** argv) {
  if (LLVMFuzzerInitialize != nullptr) LLVMFuzzerInitialize(&argc, &argv);
  const auto inputs = collect_inputs(argc, argv);
  for (const auto& path : inputs) {
    // Printed before the run and flushed: after an abort it is the last line, and names the culprit.
    std::printf("%s\n", path.c_str());
    std::fflush(stdout);
    const auto bytes = read_file(path);
    if (!bytes) {
      std::fprintf(stderr, "%s: cannot be read\n", path.c_str());
      return 1;
    }
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size());
  }
  std::printf("replayed %zu inputs\n", inputs.size());
  if (inputs.empty()) std::fprintf(stderr, "no input found: the corpus folder is missing or empty\n");
  return inputs.empty() ? 1 : 0;
}
