// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/loop_key.h"

#include <cstring>
#include <string_view>
#include <type_traits>

namespace fuseboard {

namespace {

/// Appends the bytes of what it is given. Sizes come before contents, so that no two sequences of
/// parts look alike.
class KeyWriter {
public:
    template <class T>
        requires std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_pointer_v<T>
    KeyWriter& operator<<(T part) {
        char bytes[sizeof part];
        std::memcpy(bytes, &part, sizeof part);
        m_key.append(bytes, sizeof part);
        return *this;
    }
    KeyWriter& operator<<(std::string_view text) {
        *this << text.size();
        m_key += text;
        return *this;
    }
    KeyWriter& operator<<(const std::string& text) { return *this << std::string_view(text); }
    template <class T> KeyWriter& operator<<(const std::vector<T>& parts) {
        *this << parts.size();
        for (const T& part : parts)
            *this << part;
        return *this;
    }
    KeyWriter& operator<<(const Value& value) {
        *this << value.kind();
        switch (value.kind()) {
        case Kind::Null: break;
        case Kind::String:
        case Kind::Bytes: *this << value.asString(); break;
        case Kind::Array:
            *this << value.size();
            for (const Value& item : value.items())
                *this << item;
            break;
        case Kind::Record:
            *this << value.size();
            for (const Field& field : value.fields())
                *this << field.key << field.value;
            break;
        default: *this << value.asU64(); break; // the bits of every scalar
        }
        return *this;
    }
    KeyWriter& operator<<(const IrNode& node) {
        return *this << node.op << node.type << node.binary << node.a << node.b << node.c
                     << node.index << *node.constant << node.text << node.keys << node.arguments
                     << node.origin << node.member;
    }
    KeyWriter& operator<<(const LoopEffect& effect) {
        return *this << effect.kind << effect.member << effect.target << effect.input << effect.data
                     << effect.part << effect.keys << effect.slots << effect.directGroups
                     << effect.keyColumns << effect.path;
    }
    KeyWriter& operator<<(const LoopEffect::Slot& slot) {
        return *this << slot.arguments << slot.layout << slot.offset;
    }
    KeyWriter& operator<<(const LoopEach& each) {
        return *this << each.number << each.fields << each.needsSome << each.groups << each.most
                     << each.element << each.key;
    }
    KeyWriter& operator<<(const LoopStep& step) {
        return *this << step.kind << step.condition << step.data << step.counter << step.member
                     << step.each << step.inside << step.otherwise << step.effect;
    }
    KeyWriter& operator<<(const LoopMember& member) {
        return *this << member.id << member.label << member.counters.rowsIn
                     << member.counters.rowsOut;
    }
    KeyWriter& operator<<(const LoopOutput& output) { return *this << output.encoded; }
    KeyWriter& operator<<(const DictionaryTable& table) {
        return *this << table.node << table.column;
    }

    [[nodiscard]] std::string take() && { return std::move(m_key); }

private:
    std::string m_key;
};

} // namespace

std::string loopKey(const LoopProgram& program) {
    KeyWriter key;
    key << program.name << program.columns << program.kinds << program.fromColumns << program.forms
        << program.dictionarySizes << program.tables << program.nodes << program.steps
        << program.reversed << program.members << program.outputs << program.counterCount
        << program.eachCount << program.usesScratch;
    return std::move(key).take();
}

} // namespace fuseboard
