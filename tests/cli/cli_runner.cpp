// SPDX-License-Identifier: Apache-2.0
// Runs the command line on plain text cases: every *.test file of the folders that it is given. A
// file holds cases, a case files and steps, each a line `==> block [argument]` and what follows it:
//
//     ==> case a lone quote       starts a case, in an empty folder of its own
//     ==> file bad.ndjson         makes a file
//     ==> run fuseboard-cli …     a step, through sh; $SAMPLES is resources/samples
//     ==> status 1                its exit status (0 when left out)
//     ==> stdout                  exactly this
//     ==> stdout has              each of these lines is part of some line
//     ==> stderr / stderr has     the same of standard error
//     ==> stderr lacks            none of these lines is part of any line
//     ==> made out.ndjson         a file that is there afterwards, exactly so
//     ==> made out.ndjson has     … with these lines
//     ==> absent out.ndjson       a file that is not there afterwards (name* for a beginning)
//
// `--update` rewrites what exact blocks expect.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMark = "==> ";

struct Block {
    std::string title, argument, body;
};

/// "stderr has" and the like are titles; the rest of the line is the argument.
Block parseHead(const std::string& line) {
    static const std::vector<std::string> kTitles{
        "stdout has", "stderr has", "stderr lacks", "stdout", "stderr", "status",
        "case",       "file",       "run",          "made",   "absent"};
    const std::string rest = line.substr(kMark.size());
    for (const std::string& title : kTitles)
        if (rest == title || rest.starts_with(title + " "))
            return {title, rest.size() > title.size() ? rest.substr(title.size() + 1) : "", ""};
    return {"unknown", rest, ""};
}

std::string readFile(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

void writeFile(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

/// What stands before the first block is a comment.
std::vector<Block> parseBlocks(const std::string& text, std::string& comment) {
    std::vector<Block> blocks;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(kMark))
            blocks.push_back(parseHead(line));
        else
            (blocks.empty() ? comment : blocks.back().body) += line + "\n";
    }
    return blocks;
}

/// An empty line before the next block is for the eye.
std::string bodyOf(const Block& block) {
    std::string body = block.body;
    if (body.ends_with("\n\n"))
        body.pop_back();
    return body == "\n" ? "" : body;
}

struct Step {
    int status = 0;
    std::string out, err;
};

/// The cases of one file.
class Runner {
public:
    Runner(fs::path file, fs::path work, bool update)
        : m_file(std::move(file)), m_work(std::move(work)), m_update(update) {}

    /// How many expectations did not hold.
    int run() {
        m_blocks = parseBlocks(readFile(m_file), m_comment);
        for (std::size_t i = 0; i < m_blocks.size(); ++i)
            handle(m_blocks[i], i);
        if (m_update && m_changed)
            writeFile(m_file, text());
        return m_failures;
    }

private:
    void handle(Block& block, std::size_t position) {
        const std::string& title = block.title;
        if (title == "case") {
            m_case = block.argument;
            fs::remove_all(m_work);
            fs::create_directories(m_work);
        } else if (title == "file") {
            writeFile(m_work / block.argument, bodyOf(block));
        } else if (title == "run") {
            perform(block.argument);
            const bool statusFollows =
                position + 1 < m_blocks.size() && m_blocks[position + 1].title == "status";
            if (!statusFollows)
                expectStatus(0);
        } else if (title == "status") {
            expectStatus(std::stoi(block.argument));
        } else if (title == "absent") {
            expectAbsent(block.argument);
        } else if (title == "made") {
            expectMade(block);
        } else if (title == "stdout" || title == "stderr") {
            expectExactly(block, title == "stdout" ? m_step.out : m_step.err);
        } else if (title == "stdout has" || title == "stderr has") {
            expectLines(block, title == "stdout has" ? m_step.out : m_step.err, true);
        } else if (title == "stderr lacks") {
            expectLines(block, m_step.err, false);
        } else {
            complain("nobody knows the block " + block.argument);
        }
    }

    void perform(const std::string& command) {
        const fs::path out = m_work / ".stdout", err = m_work / ".stderr";
        const std::string line = "cd '" + m_work.string() + "' && { " + command + "\n} >'" +
                                 out.string() + "' 2>'" + err.string() + "'";
        const int raw = std::system(line.c_str());
        m_command = command;
        m_step.status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
        m_step.out = readFile(out);
        m_step.err = readFile(err);
    }

    void expectStatus(int wanted) {
        if (m_step.status != wanted)
            complain("exit status " + std::to_string(m_step.status) + " instead of " +
                     std::to_string(wanted) + "\n" + m_step.err);
    }

    void expectExactly(Block& block, const std::string& got) {
        if (bodyOf(block) == got)
            return;
        if (m_update) {
            block.body = got + "\n";
            m_changed = true;
            return;
        }
        complain(block.title + " " + block.argument + " differs\n--- expected\n" + bodyOf(block) +
                 "--- got\n" + got);
    }

    void expectLines(const Block& block, const std::string& got, bool present) {
        std::istringstream lines(bodyOf(block));
        for (std::string line; std::getline(lines, line);)
            if (!line.empty() && (got.find(line) != std::string::npos) != present)
                complain(block.title + ": " + line + "\n--- got\n" + got);
    }

    void expectMade(Block& block) {
        const bool some = block.argument.ends_with(" has");
        const fs::path path =
            m_work / (some ? block.argument.substr(0, block.argument.size() - 4) : block.argument);
        if (!fs::exists(path))
            return complain(path.filename().string() + " was not made\n" + m_step.err);
        const std::string text = readFile(path);
        if (some)
            expectLines(block, text, true);
        else
            expectExactly(block, text);
    }

    void expectAbsent(std::string name) {
        const bool beginning = name.ends_with('*');
        if (beginning)
            name.pop_back();
        for (const fs::directory_entry& entry : fs::directory_iterator(m_work)) {
            const std::string there = entry.path().filename().string();
            if (there == name || (beginning && there.starts_with(name)))
                complain(there + " is there");
        }
    }

    void complain(const std::string& what) {
        ++m_failures;
        std::cerr << m_file.filename().string() << ", case " << m_case << ", " << m_command << ":\n"
                  << what << "\n";
    }

    [[nodiscard]] std::string text() const {
        std::string text = m_comment;
        for (const Block& block : m_blocks)
            text += std::string(kMark) + block.title +
                    (block.argument.empty() ? "" : " " + block.argument) + "\n" + block.body;
        return text;
    }

    fs::path m_file, m_work;
    bool m_update;
    std::string m_comment, m_case, m_command;
    std::vector<Block> m_blocks;
    Step m_step;
    int m_failures = 0;
    bool m_changed = false;
};

void setEnvironment(const std::string& programs, const fs::path& work) {
    const char* path = std::getenv("PATH");
    ::setenv("PATH", (programs + ":" + (path == nullptr ? "" : path)).c_str(), 1);
    ::setenv("SAMPLES", FB_SOURCE_DIR "/resources/samples", 1);
    ::setenv("FUSEBOARD_DB", (work / "runs.sqlite").c_str(), 1);
}

} // namespace

int main(int argc, char** argv) {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    const bool update = std::erase(arguments, "--update") > 0;
    if (arguments.size() < 2) {
        std::cerr << "usage: cli_test FOLDER_OF_PROGRAMS FOLDER... [--update]\n";
        return 2;
    }
    const fs::path work =
        fs::temp_directory_path() / ("fuseboard-cli-test-" + std::to_string(::getpid()));
    setEnvironment(arguments.front(), work);
    std::vector<fs::path> files;
    for (std::size_t i = 1; i < arguments.size(); ++i)
        for (const fs::directory_entry& entry : fs::directory_iterator(arguments[i]))
            if (entry.path().extension() == ".test")
                files.push_back(entry.path());
    std::ranges::sort(files);
    int failures = files.empty() ? 1 : 0;
    for (const fs::path& file : files)
        failures += Runner(file, work, update).run();
    fs::remove_all(work);
    std::cerr << files.size() << " files, " << failures << " expectations did not hold\n";
    return failures == 0 ? 0 : 1;
}
