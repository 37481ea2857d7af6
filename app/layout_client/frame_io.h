// SPDX-License-Identifier: Apache-2.0
// What goes over the pipe between a program and its layout worker. A message is two frames: a JSON
// header and a body of any bytes. A frame is its length (4 bytes, little-endian) and its bytes.
//
// Requests:  {"op":"parse-dot"} + DOT text, {"op":"render","format":"svg"} + DOT text,
//            {"op":"layout"} + JSON as in layout_json.h
// Answers:   {"ok":true} + result, or {"ok":false,"code":"…","message":"…","hint":"…","line":3} +
// nothing
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fuseboard {

struct LayoutMessage {
    std::string header, body;
};

/// A request or answer longer than this is refused on either side.
inline constexpr std::size_t kMaxLayoutFrame = 1U << 30U;

[[nodiscard]] inline std::string encodeLayoutMessage(std::string_view header,
                                                     std::string_view body) {
    std::string bytes;
    bytes.reserve(8 + header.size() + body.size());
    for (const std::string_view frame : {header, body}) {
        const auto size = static_cast<std::uint32_t>(frame.size());
        for (int shift = 0; shift < 32; shift += 8)
            bytes.push_back(static_cast<char>((size >> shift) & 0xFFU));
        bytes += frame;
    }
    return bytes;
}

/// Puts a message together from the pieces in which it arrives.
class LayoutMessageReader {
public:
    explicit LayoutMessageReader(std::size_t maxFrame) : m_maxFrame(maxFrame) {}

    /// False: the bytes are no message, or one that is too long.
    [[nodiscard]] bool add(std::string_view bytes) {
        m_bytes += bytes;
        return !tooLong();
    }
    /// The message, once it is complete. To be called once.
    [[nodiscard]] std::optional<LayoutMessage> take() {
        const auto header = frameAt(0);
        if (!header)
            return std::nullopt;
        const auto body = frameAt(4 + header->size());
        if (!body)
            return std::nullopt;
        LayoutMessage message{std::string(*header), std::string(*body)};
        m_bytes.clear();
        return message;
    }

private:
    [[nodiscard]] std::optional<std::size_t> sizeAt(std::size_t at) const {
        if (m_bytes.size() < at + 4)
            return std::nullopt;
        std::size_t size = 0;
        for (std::size_t i = 0; i < 4; ++i)
            size |= static_cast<std::size_t>(static_cast<unsigned char>(m_bytes[at + i]))
                    << (8 * i);
        return size;
    }
    [[nodiscard]] std::optional<std::string_view> frameAt(std::size_t at) const {
        const auto size = sizeAt(at);
        if (!size || m_bytes.size() - at - 4 < *size)
            return std::nullopt;
        return std::string_view(m_bytes).substr(at + 4, *size);
    }
    [[nodiscard]] bool tooLong() const {
        const auto header = sizeAt(0);
        if (!header)
            return false;
        const auto body = *header > m_maxFrame ? std::nullopt : sizeAt(4 + *header);
        return *header > m_maxFrame || (body && *body > m_maxFrame);
    }

    std::size_t m_maxFrame;
    std::string m_bytes;
};

} // namespace fuseboard
