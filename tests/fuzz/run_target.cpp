// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target without a fuzzing engine: every seed of the folders or files named, and mutants
// of them, the same ones each time. Usage: TARGET MUTANTS SEED…
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

void run(const std::string& input) {
    (void)LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()),
                                 input.size());
}

/// A few bytes changed, lines swapped or repeated, the end cut off, or a piece of another seed.
std::string mutant(std::string text, const std::vector<std::string>& seeds,
                   std::mt19937_64& random) {
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    constexpr std::string_view kBytes = "\"\\{}[]():;,.\n\r 0e-#`%$=<\xff\xc3\x01";
    for (std::size_t edits = 1 + below(6); edits > 0 && !text.empty(); --edits) {
        const std::size_t at = below(text.size());
        const std::size_t length = 1 + below(std::min<std::size_t>(32, text.size() - at));
        switch (below(6)) {
        case 0: text[at] = kBytes[below(kBytes.size())]; break;
        case 1: text.insert(at, 1, kBytes[below(kBytes.size())]); break;
        case 2: text.erase(at, length); break;
        case 3: text.insert(at, text.substr(at, length)); break;
        case 4: text.resize(at); break;
        default: {
            const std::string& other = seeds[below(seeds.size())];
            const std::size_t from = below(other.size() + 1);
            text.insert(at, other, from, 32);
        }
        }
    }
    return text;
}

std::vector<std::string> seedsOf(const std::vector<std::string>& paths) {
    std::vector<fs::path> files;
    for (const std::string& path : paths) {
        if (!fs::is_directory(path)) {
            files.emplace_back(path);
            continue;
        }
        for (const auto& entry : fs::recursive_directory_iterator(path))
            if (entry.is_regular_file())
                files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end()); // folders are listed in any order
    std::vector<std::string> seeds;
    for (const fs::path& path : files) {
        std::ifstream file(path, std::ios::binary);
        seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return seeds;
}

} // namespace

int main(int count, char** words) {
    if (count < 3) {
        std::fprintf(stderr, "usage: %s MUTANTS SEED...\n", words[0]);
        return 2;
    }
    const std::vector<std::string> seeds = seedsOf({words + 2, words + count});
    if (seeds.empty())
        return 2;
    const unsigned long mutants = std::strtoul(words[1], nullptr, 10);
    for (unsigned long i = 0; i < mutants + seeds.size(); ++i) {
        std::mt19937_64 random(i);
        // Targets choose by the first byte; a seed is tried with each that matters.
        std::string input(1, static_cast<char>(i));
        input += i < seeds.size() ? seeds[i] : mutant(seeds[i % seeds.size()], seeds, random);
        run(input);
    }
    std::printf("%lu mutants of %zu seeds\n", mutants, seeds.size());
}
