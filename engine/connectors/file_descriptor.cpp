// SPDX-License-Identifier: Apache-2.0
#include "engine/connectors/file_descriptor.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <poll.h>
#include <unistd.h>

namespace fuseboard {

namespace {

std::string meaning(int number) {
    std::string text = std::generic_category().message(number);
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z')
        text[0] = static_cast<char>(text[0] | 0x20);
    return text;
}

Error withFile(ErrorCode code, std::string message, std::string hint, const std::string& name) {
    Place place;
    place.file = name;
    return Error(code, std::move(message), std::move(hint)).at(std::move(place));
}

} // namespace

Error writeError(const std::string& name, int number) {
    std::string hint;
    if (number == ENOSPC || number == EDQUOT)
        hint = "free some space, or write to another disk";
    else if (number == EACCES || number == EPERM || number == EROFS)
        hint = "choose a folder that you may write to";
    else if (number == ENOENT || number == ENOTDIR)
        hint = "create the folder first";
    else if (number == EISDIR)
        hint = "name a file, not a folder";
    else if (number == EPIPE)
        hint = "the program that reads the output has ended";
    return withFile(ErrorCode::NotWritable, "cannot write " + name + ": " + meaning(number), hint,
                    name);
}

Error readError(const std::string& name, int number) {
    if (number == ENOENT)
        return withFile(ErrorCode::NotFound, "no such file: " + name,
                        "check the path; it is looked up from the current folder", name);
    std::string hint;
    if (number == EISDIR)
        hint = "name a file in it";
    else if (number == EACCES || number == EPERM)
        hint = "check the permissions of the file and of the folders above it";
    return withFile(ErrorCode::NotReadable, "cannot read " + name + ": " + meaning(number), hint,
                    name);
}

FileDescriptor::~FileDescriptor() {
    if (m_owned && m_number >= 0)
        ::close(m_number);
}

Result<std::size_t> FileDescriptor::read(std::span<char> to, const std::string& name) const {
    for (;;) {
        const ssize_t size = ::read(m_number, to.data(), std::min(to.size(), std::size_t{1} << 30));
        if (size >= 0)
            return static_cast<std::size_t>(size);
        if (errno != EINTR)
            return fail(readError(name, errno));
    }
}

Status ReadGate::wait(const FileDescriptor& file) const {
    // A flag cannot wake poll(), so it is looked at this often; bytes that come wake it at once.
    constexpr int kLookMs = 50;
    pollfd waiting{file.number(), POLLIN, 0};
    while (!stopped()) {
        const int found = ::poll(&waiting, 1, kLookMs);
        if (found > 0 || (found < 0 && errno != EINTR))
            return {}; // readable, ended or broken: read() tells
    }
    return fail(ErrorCode::Cancelled, "cancelled");
}

Status FileDescriptor::write(std::string_view bytes, const std::string& name) const {
    while (!bytes.empty()) {
        const ssize_t size = ::write(m_number, bytes.data(), bytes.size());
        if (size < 0) {
            if (errno == EINTR)
                continue;
            return fail(writeError(name, errno));
        }
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return {};
}

Status FileDescriptor::sync(const std::string& name) const {
    if (::fdatasync(m_number) == 0 || errno == EINVAL || errno == ENOSYS || errno == EINTR)
        return {};
    return fail(writeError(name, errno));
}

Status FileDescriptor::close(const std::string& name) {
    const int number = std::exchange(m_number, -1);
    if (m_owned && number >= 0 && ::close(number) != 0 && errno != EINTR)
        return fail(writeError(name, errno));
    return {};
}

} // namespace fuseboard
