// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/expression_lowering.h"

#include "engine/script/function.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace fuseboard {

namespace {

constexpr std::uint16_t bit(CellKind kind) {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(kind));
}
constexpr std::uint16_t kInts = bit(CellKind::I64) | bit(CellKind::U64);
constexpr std::uint16_t kFloats = bit(CellKind::F64) | bit(CellKind::NumberText);
constexpr std::uint16_t kTexts = bit(CellKind::String) | bit(CellKind::EscapedText);
constexpr std::uint16_t kMissing = bit(CellKind::Absent) | bit(CellKind::Irregular);

/// The form for values of these kinds. Rows that lack the path are exceptions whatever the form.
IrType typeOfKinds(std::uint16_t kinds) {
    const auto there = static_cast<std::uint16_t>(kinds & ~kMissing);
    const auto within = [there](unsigned allowed) { return (there & ~allowed) == 0; };
    if (there == 0)
        return IrType::Any;
    if (within(kInts))
        return IrType::Int;
    if (within(kFloats))
        return IrType::Float;
    if (within(unsigned{kInts} | kFloats))
        return IrType::Number;
    if (within(kTexts))
        return IrType::Text;
    if (within(bit(CellKind::Bool)))
        return IrType::Bool;
    return IrType::Any;
}

IrType typeOfConstant(const Value& value) {
    switch (value.kind()) {
    case Kind::Bool: return IrType::Bool;
    case Kind::I64: return IrType::Int;
    case Kind::U64: return value.asI64() >= 0 ? IrType::Int : IrType::Any;
    case Kind::F64: return IrType::Float;
    case Kind::String: return IrType::Text;
    default: return IrType::Any;
    }
}

bool isNumeric(IrType type) {
    return type == IrType::Int || type == IrType::Float || type == IrType::Number;
}

bool isComparison(BinaryOp op) {
    return op >= BinaryOp::Equal && op <= BinaryOp::Less;
}

/// The literal position among `group` that a path reads; nullopt for other paths and other uses.
std::optional<std::uint64_t> groupPosition(const PathExpr& path) {
    if (path.segments.empty() || path.segments[0].form != PathSegment::Form::Index)
        return std::nullopt;
    const auto* index = tryAs<LiteralExpr>(path.segments[0].index.get());
    if (index == nullptr || index->value->kind() != Kind::U64)
        return std::nullopt;
    return index->value->asU64();
}

/// What of `group` an expression reads: nothing, keys, or also their text.
enum class GroupUse : std::uint8_t { None, Keys, Text };

GroupUse groupUse(const Expr& expr, std::size_t keys) {
    GroupUse use = GroupUse::None;
    if (const auto* path = tryAs<PathExpr>(&expr); path != nullptr && path->root == PathRoot::Group)
        use = groupPosition(*path).value_or(keys) < keys ? GroupUse::Keys : GroupUse::Text;
    forEachChild(expr, [&](const ExprPtr& child) {
        if (child != nullptr)
            use = std::max(use, groupUse(*child, keys));
    });
    return use;
}

/// Whether the interpreter can evaluate the expression over the row alone, as often as it likes.
bool dependsOnRowOnly(const Expr& expr) {
    switch (expr.kind) {
    case ExprKind::Aggregate:
    case ExprKind::Let:
    case ExprKind::Drop:
    case ExprKind::Emit:
    case ExprKind::Recur: return false;
    case ExprKind::Call:
        if (static_cast<const CallExpr&>(expr).function->purity != Purity::Pure)
            return false;
        break;
    case ExprKind::UserCall: return false; // its body may do any of this
    case ExprKind::Path: {
        const PathRoot root = static_cast<const PathExpr&>(expr).root;
        if (root == PathRoot::State || root == PathRoot::Window)
            return false;
        break;
    }
    default: break;
    }
    bool only = true;
    forEachChild(expr, [&](const ExprPtr& child) {
        only = only && (child == nullptr || dependsOnRowOnly(*child));
    });
    return only;
}

bool readsLocals(const Expr& expr) {
    if (const auto* path = tryAs<PathExpr>(&expr); path != nullptr && path->root == PathRoot::Local)
        return true;
    bool reads = false;
    forEachChild(expr, [&](const ExprPtr& child) {
        reads = reads || (child != nullptr && readsLocals(*child));
    });
    return reads;
}

} // namespace

std::uint32_t ExpressionLowering::enterMember(std::uint32_t member) {
    return std::exchange(m_member, member);
}

IrNodeIndex ExpressionLowering::add(IrNode node) {
    // Calls of one function on the same arguments are one.
    const void* origin = node.origin;
    if (node.op == IrOp::Call)
        origin = static_cast<const CallExpr*>(node.origin)->function;
    std::string key = fmt::format("{} {} {} {} {} {} {} {} {}", static_cast<int>(node.op),
                                  static_cast<int>(node.type), static_cast<int>(node.binary),
                                  node.a, node.b, node.c, node.index, node.text, origin);
    for (const std::string& name : node.keys)
        key += fmt::format("\n{}", name);
    for (const IrNodeIndex argument : node.arguments)
        key += fmt::format(" {}", argument);
    if (node.op == IrOp::Constant) {
        const Value& value = *node.constant;
        key += fmt::format(" {} {} ", static_cast<int>(value.kind()), value.asU64());
        if (value.isString() || value.isBytes())
            key += value.asString();
    }
    const auto [made, fresh] =
        m_made.emplace(std::move(key), static_cast<IrNodeIndex>(m_program.nodes.size()));
    if (fresh) {
        node.member = m_member;
        m_program.nodes.push_back(std::move(node));
    }
    return made->second;
}

IrNodeIndex ExpressionLowering::constant(const Value& value) {
    IrNode node;
    node.op = IrOp::Constant;
    node.type = typeOfConstant(value);
    node.constant = OwnedValue(value);
    return add(std::move(node));
}

IrNodeIndex ExpressionLowering::failing() {
    IrNode node;
    node.op = IrOp::Fail;
    return add(std::move(node));
}

IrNodeIndex ExpressionLowering::expect(IrNodeIndex node, IrType type) {
    if (at(node).type == type)
        return node;
    if (at(node).type != IrType::Any)
        return kNoIrNode;
    IrNode made;
    made.op = IrOp::Expect;
    made.type = type;
    made.a = node;
    return add(std::move(made));
}

IrNodeIndex ExpressionLowering::typed(IrNodeIndex node) {
    node = asValue(node);
    if (at(node).op != IrOp::Column || at(node).index >= m_program.kinds.size())
        return node;
    const IrType type = typeOfKinds(m_program.kinds[at(node).index]);
    return type == IrType::Any ? node : expect(node, type);
}

// The column that `keys` leads through, added if there is none yet; `used`: how many keys it takes.
IrNodeIndex ExpressionLowering::column(const std::vector<std::string>& keys, std::size_t& used) {
    auto& columns = m_program.columns;
    std::size_t index = columns.size();
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const ColumnPath& path = columns[i];
        const bool leads = path.size() <= keys.size() &&
                           std::equal(path.begin(), path.end(), keys.begin()) &&
                           (m_columnsFixed || path.size() == keys.size());
        if (leads)
            index = i;
    }
    if (index == columns.size())
        columns.push_back(keys);
    used = columns[index].size();
    IrNode node;
    node.op = IrOp::Column;
    node.index = static_cast<std::uint32_t>(index);
    return add(std::move(node));
}

IrNodeIndex ExpressionLowering::condition(const Expression& expression, IrNodeIndex data) {
    const IrNodeIndex holds = value(expression, data);
    if (holds == kNoIrNode)
        return kNoIrNode;
    const IrNodeIndex boolean = expect(holds, IrType::Bool);
    return boolean == kNoIrNode ? expect(failing(), IrType::Bool) : boolean;
}

IrNodeIndex ExpressionLowering::value(const Expression& expression, IrNodeIndex data) {
    return value(expression.tree, expression.localCount, data);
}

IrNodeIndex ExpressionLowering::value(const ExprPtr& tree, std::uint32_t localCount,
                                      IrNodeIndex data) {
    m_program.expressions.push_back(tree);
    m_locals.clear();
    m_localCount = localCount;
    const IrNodeIndex made = lower(*tree, data);
    if (made != kNoIrNode)
        return typed(made);
    return dependsOnRowOnly(*tree) ? evaluated(*tree, data) : kNoIrNode;
}

ExpressionLowering::Each ExpressionLowering::each(const ExprPtr& tree, std::uint32_t localCount,
                                                  IrNodeIndex data) {
    const auto* call = tryAs<CallExpr>(tree.get());
    Each each;
    each.fields = call != nullptr && call->function->name == "std::record::keys" &&
                  call->arguments.size() == 1;
    each.data = value(each.fields ? call->arguments[0] : tree, localCount, data);
    // Anything with a form of its own is neither a list nor a record.
    if (each.data != kNoIrNode && at(each.data).type != IrType::Any)
        each.data = kNoIrNode;
    return each;
}

// A row of which a field has been read is a record, and so is one that a member made as such.
IrNodeIndex ExpressionLowering::with(IrNodeIndex data, const std::string& field, IrNodeIndex value,
                                     const Expr& readBefore) {
    const auto* path = tryAs<PathExpr>(&readBefore);
    const bool readField = path != nullptr && path->root == PathRoot::Event &&
                           !path->segments.empty() &&
                           path->segments[0].form == PathSegment::Form::Field;
    if (!readField || isPart(data))
        return kNoIrNode;
    IrNode event;
    event.op = IrOp::Event;
    IrNode node;
    node.op = IrOp::With;
    node.a = data == kNoIrNode ? add(std::move(event)) : data;
    node.b = value;
    node.text = field;
    m_program.usesScratch = true;
    return add(std::move(node));
}

IrNodeIndex ExpressionLowering::element(std::uint32_t number) {
    IrNode node;
    node.op = IrOp::Element;
    node.index = number;
    return add(std::move(node));
}

IrNodeIndex ExpressionLowering::key(std::uint32_t number, IrNodeIndex record) {
    m_records[number] = record;
    IrNode node;
    node.op = IrOp::Key;
    node.type = IrType::Text;
    node.index = number;
    return add(std::move(node));
}

IrNodeIndex ExpressionLowering::reference(const Expression& expression, IrNodeIndex data) {
    if (expression.tree->kind != ExprKind::Path)
        return value(expression, data);
    m_program.expressions.push_back(expression.tree);
    const IrNodeIndex made = lower(*expression.tree, data);
    return made == kNoIrNode || isPart(made) ? made : typed(made);
}

IrNodeIndex ExpressionLowering::asValue(IrNodeIndex node) {
    if (!isPart(node))
        return node;
    const std::vector<std::string> keys = at(node).keys;
    std::size_t used = 0;
    if (!m_columnsFixed)
        return column(keys, used);
    IrNode whole;
    whole.op = IrOp::Event;
    m_program.usesScratch = true;
    return below(add(std::move(whole)), keys, 0);
}

// Its position; that behind the last column if there is none.
std::size_t ExpressionLowering::columnBelow(const std::vector<std::string>& keys) const {
    const auto& columns = m_program.columns;
    const auto found = std::find_if(columns.begin(), columns.end(), [&](const ColumnPath& column) {
        return column.size() > keys.size() && std::equal(keys.begin(), keys.end(), column.begin());
    });
    return static_cast<std::size_t>(found - columns.begin());
}

void ExpressionLowering::addSeenColumns() {
    std::size_t used = 0;
    for (const std::vector<std::string>& keys : m_seen)
        if (columnBelow(keys) == m_program.columns.size())
            (void)column(keys, used);
}

IrNodeIndex ExpressionLowering::seen(IrNodeIndex node) {
    IrNode made;
    made.op = IrOp::Seen;
    made.type = IrType::Bool;
    made.a = node;
    if (isPart(node)) {
        // A column below shows that its parents are records; without one, the place has its own.
        const std::vector<std::string> keys = at(node).keys;
        if (!m_columnsFixed) {
            m_seen.push_back(keys); // what follows may read something below it
            return add(std::move(made));
        }
        const std::size_t below = columnBelow(keys);
        std::size_t used = 0;
        made.index = below < m_program.columns.size() ? static_cast<std::uint32_t>(below)
                                                      : at(column(keys, used)).index;
    }
    return add(std::move(made));
}

IrNodeIndex ExpressionLowering::evaluated(const Expr& expr, IrNodeIndex data) {
    const GroupUse group = groupUse(expr, m_group.size());
    if (group != GroupUse::None && m_group.empty())
        return kNoIrNode;
    IrNode event;
    event.op = IrOp::Event;
    IrNode node;
    node.op = IrOp::Evaluate;
    if (group != GroupUse::None)
        node.arguments = m_group;
    if (group == GroupUse::Text)
        node.text = "text";
    node.a = data == kNoIrNode ? add(std::move(event)) : asValue(data);
    node.origin = &expr;
    node.index = m_localCount; // a part may bind locals of its own
    m_program.usesScratch = true;
    return add(std::move(node));
}

// kNoIrNode: not without the whole of the expression that it stands in.
IrNodeIndex ExpressionLowering::lower(const Expr& expr, IrNodeIndex data) {
    IrNodeIndex made = kNoIrNode;
    switch (expr.kind) {
    case ExprKind::Literal: return constant(*static_cast<const LiteralExpr&>(expr).value);
    case ExprKind::Constant: return constant(*static_cast<const ConstantExpr&>(expr).value);
    case ExprKind::Path: made = lowerPath(static_cast<const PathExpr&>(expr), data); break;
    case ExprKind::Presence:
        made = lowerPresence(static_cast<const PresenceExpr&>(expr), data);
        break;
    case ExprKind::Record: made = lowerRecord(static_cast<const RecordExpr&>(expr), data); break;
    case ExprKind::Unary: made = lowerUnary(static_cast<const UnaryExpr&>(expr), data); break;
    case ExprKind::Binary: made = lowerBinary(static_cast<const BinaryExpr&>(expr), data); break;
    case ExprKind::Call: made = lowerCall(static_cast<const CallExpr&>(expr), data); break;
    case ExprKind::Match: made = lowerMatch(static_cast<const MatchExpr&>(expr), data); break;
    case ExprKind::Block: return lowerBlock(static_cast<const BlockExpr&>(expr), data);
    default: break;
    }
    if (made == kNoIrNode && dependsOnRowOnly(expr) && !readsLocals(expr))
        made = evaluated(expr, data);
    return made;
}

IrNodeIndex ExpressionLowering::place(std::vector<std::string> keys) {
    const auto& columns = m_program.columns;
    const auto leads = [&](const ColumnPath& path) {
        return path.size() <= keys.size() && std::equal(path.begin(), path.end(), keys.begin());
    };
    if (m_columnsFixed && std::any_of(columns.begin(), columns.end(), leads)) {
        std::size_t used = 0;
        const IrNodeIndex node = column(keys, used);
        return below(node, keys, used);
    }
    IrNode part;
    part.op = IrOp::Part;
    part.keys = std::move(keys);
    return add(std::move(part));
}

IrNodeIndex ExpressionLowering::below(IrNodeIndex node, const std::vector<std::string>& keys,
                                      std::size_t used) {
    for (; used < keys.size(); ++used) {
        if (at(node).op == IrOp::Record) {
            const auto& names = at(node).keys;
            const auto found = std::find(names.begin(), names.end(), keys[used]);
            if (found == names.end())
                return failing();
            node = at(node).arguments[static_cast<std::size_t>(found - names.begin())];
            continue;
        }
        if (at(node).op == IrOp::With) {
            const IrNodeIndex record = at(node).a;
            if (at(node).text == keys[used])
                node = at(node).b;
            else if (at(record).op == IrOp::Event)
                return place({keys.begin() + static_cast<std::ptrdiff_t>(used), keys.end()});
            else
                return below(record, keys, used);
            continue;
        }
        if (at(node).type != IrType::Any)
            return failing();
        IrNode field;
        field.op = IrOp::Field;
        field.a = node;
        field.text = keys[used];
        node = add(std::move(field));
    }
    return node;
}

ExpressionLowering::Start ExpressionLowering::startOf(const PathExpr& path, IrNodeIndex data) {
    const bool bare = path.segments.empty() || path.segments[0].form != PathSegment::Form::Field;
    switch (path.root) {
    case PathRoot::Local: {
        const auto local = m_locals.find(path.slot);
        return local == m_locals.end() ? Start{} : Start{true, local->second, 0};
    }
    case PathRoot::Group: {
        const auto position = groupPosition(path);
        return position.value_or(m_group.size()) < m_group.size()
                   ? Start{true, m_group[*position], 1}
                   : Start{};
    }
    case PathRoot::Event:
        if (data != kNoIrNode || !bare)
            return {true, data, 0};
        break;
    case PathRoot::Meta: break;
    default: return {};
    }
    IrNode whole;
    whole.op = path.root == PathRoot::Meta ? IrOp::Meta : IrOp::Event;
    m_program.usesScratch = true;
    return {true, add(std::move(whole)), 0};
}

IrNodeIndex ExpressionLowering::lowerPath(const PathExpr& path, IrNodeIndex data) {
    const Start start = startOf(path, data);
    if (!start.known)
        return kNoIrNode;
    IrNodeIndex node = start.node;
    for (std::size_t i = start.used; i < path.segments.size() || i == start.used;) {
        std::vector<std::string> keys;
        for (; i < path.segments.size() && path.segments[i].form == PathSegment::Form::Field; ++i)
            keys.push_back(path.segments[i].field);
        if (node == kNoIrNode || isPart(node)) {
            if (node != kNoIrNode)
                keys.insert(keys.begin(), at(node).keys.begin(), at(node).keys.end());
            node = place(std::move(keys));
        } else {
            node = below(node, keys, 0);
        }
        if (i >= path.segments.size())
            break;
        if (path.segments[i].form != PathSegment::Form::Index)
            return kNoIrNode;
        node = indexed(asValue(node), path.segments[i++], data);
        if (node == kNoIrNode)
            return kNoIrNode;
    }
    return node;
}

IrNodeIndex ExpressionLowering::indexed(IrNodeIndex node, const PathSegment& segment,
                                        IrNodeIndex data) {
    IrNodeIndex index = lower(*segment.index, data);
    if (index == kNoIrNode)
        return kNoIrNode;
    index = typed(index);
    if (at(index).op == IrOp::Constant && at(index).type == IrType::Text)
        return below(node, {std::string(at(index).constant->asString())}, 0);
    if (at(index).op == IrOp::Key)
        if (const auto of = m_records.find(at(index).index);
            of != m_records.end() && of->second == node)
            return element(of->first);
    if (at(node).type != IrType::Any)
        return failing();
    IrNode made;
    made.op = IrOp::At;
    made.a = node;
    made.b = index;
    m_program.usesScratch = true;
    return add(std::move(made));
}

// Names for parts of the value, then the value.
IrNodeIndex ExpressionLowering::lowerBlock(const BlockExpr& block, IrNodeIndex data) {
    std::vector<IrNodeIndex> bound;
    for (std::size_t i = 0; i + 1 < block.statements.size(); ++i) {
        const auto* let = tryAs<LetExpr>(block.statements[i].get());
        const auto* name = let == nullptr ? nullptr : tryAs<PathExpr>(let->path.get());
        if (name == nullptr || name->root != PathRoot::Local || !name->segments.empty())
            return kNoIrNode;
        IrNodeIndex value = lower(*let->value, data);
        if (value == kNoIrNode)
            return kNoIrNode;
        value = isPart(value) ? value : typed(value);
        m_locals[name->slot] = value;
        bound.push_back(value);
    }
    IrNodeIndex made = lower(*block.statements.back(), data);
    if (made == kNoIrNode)
        return kNoIrNode;
    made = typed(made);
    for (const IrNodeIndex value : bound)
        m_sideChecks.push_back(seen(value));
    return made;
}

IrNodeIndex ExpressionLowering::lowerPresence(const PresenceExpr& presence, IrNodeIndex data) {
    const auto* path = tryAs<PathExpr>(presence.path.get());
    if (path == nullptr || path->root != PathRoot::Event || path->segments.empty() ||
        (data != kNoIrNode && !isPart(data)))
        return kNoIrNode;
    std::vector<std::string> keys;
    if (isPart(data))
        keys = at(data).keys;
    for (const PathSegment& segment : path->segments) {
        if (segment.form != PathSegment::Form::Field)
            return kNoIrNode;
        keys.push_back(segment.field);
    }
    std::size_t used = 0;
    const IrNodeIndex read = column(keys, used);
    if (used < keys.size() || at(read).op != IrOp::Column)
        return kNoIrNode;
    IrNode node;
    node.op = IrOp::Present;
    node.type = IrType::Bool;
    node.index = at(read).index;
    const IrNodeIndex there = add(std::move(node));
    if (presence.present)
        return there;
    IrNode absent;
    absent.op = IrOp::Not;
    absent.type = IrType::Bool;
    absent.a = there;
    return add(std::move(absent));
}

// A repeated key keeps its first place and takes the last value.
IrNodeIndex ExpressionLowering::lowerRecord(const RecordExpr& record, IrNodeIndex data) {
    IrNode node;
    node.op = IrOp::Record;
    for (const RecordExpr::Entry& entry : record.entries) {
        const auto* key = tryAs<LiteralExpr>(entry.key.get());
        if (key == nullptr || !key->value->isString())
            return kNoIrNode;
        IrNodeIndex value = lower(*entry.value, data);
        if (value == kNoIrNode)
            return kNoIrNode;
        value = typed(value);
        const std::string name(key->value->asString());
        const auto found = std::find(node.keys.begin(), node.keys.end(), name);
        if (found == node.keys.end()) {
            node.keys.push_back(name);
            node.arguments.push_back(value);
        } else {
            // The value that is replaced was evaluated too, and could have failed.
            return kNoIrNode;
        }
    }
    m_program.usesScratch = true;
    return add(std::move(node));
}

IrNodeIndex ExpressionLowering::lowerUnary(const UnaryExpr& unary, IrNodeIndex data) {
    IrNodeIndex operand = lower(*unary.operand, data);
    if (operand == kNoIrNode)
        return kNoIrNode;
    operand = typed(operand);
    const IrType type = at(operand).type;
    IrNode node;
    node.a = operand;
    node.type = type;
    switch (unary.op) {
    case UnaryOp::Plus: return isNumeric(type) ? operand : kNoIrNode;
    case UnaryOp::Minus:
        node.op = IrOp::Negate;
        return type == IrType::Int || type == IrType::Float ? add(std::move(node)) : kNoIrNode;
    case UnaryOp::Not:
    case UnaryOp::BitNot:
        node.op = IrOp::Not;
        return type == IrType::Bool ? add(std::move(node)) : kNoIrNode;
    }
    return kNoIrNode;
}

IrNodeIndex ExpressionLowering::lowerBinary(const BinaryExpr& binary, IrNodeIndex data) {
    if (binary.op <= BinaryOp::And)
        return lowerLogical(binary, data);
    const IrNodeIndex left = lower(*binary.left, data), right = lower(*binary.right, data);
    if (left == kNoIrNode || right == kNoIrNode)
        return kNoIrNode;
    return binaryNode(binary.op, typed(left), typed(right));
}

IrNodeIndex ExpressionLowering::binaryNode(BinaryOp op, IrNodeIndex left, IrNodeIndex right) {
    const IrType a = at(left).type, b = at(right).type;
    IrNode node;
    node.op = IrOp::Binary;
    node.binary = op;
    node.a = left;
    node.b = right;
    const bool numeric = isNumeric(a) && isNumeric(b);
    if (isComparison(op)) {
        const bool equality = op == BinaryOp::Equal || op == BinaryOp::NotEqual;
        node.type = IrType::Bool;
        if (numeric || (a == b && a == IrType::Text) || (equality && a == b && a == IrType::Bool))
            return add(std::move(node));
    } else if (numeric) {
        const bool arithmetic = op >= BinaryOp::Add && op <= BinaryOp::Divide;
        const bool integers = a == IrType::Int && b == IrType::Int;
        const bool mixed = a == IrType::Number || b == IrType::Number;
        if (integers)
            node.type = op == BinaryOp::Divide ? IrType::Float : IrType::Int;
        else if (!arithmetic)
            node.type = IrType::Any; // defined for integers only
        else if (mixed && a != IrType::Float && b != IrType::Float)
            node.type = IrType::Number;
        else
            node.type = IrType::Float;
        if (op == BinaryOp::Divide && mixed)
            node.type = IrType::Any; // integers may be divided by zero, floats as they like
        if (node.type != IrType::Any)
            return add(std::move(node));
    }
    // The generic operator on values: any kinds, also none for which it is defined.
    node.type = isComparison(op) ? IrType::Bool : IrType::Any;
    node.index = 1;
    m_program.usesScratch = true;
    return add(std::move(node));
}

IrNodeIndex ExpressionLowering::lowerLogical(const BinaryExpr& binary, IrNodeIndex data) {
    IrNodeIndex left = lower(*binary.left, data), right = lower(*binary.right, data);
    if (left == kNoIrNode || right == kNoIrNode)
        return kNoIrNode;
    left = expect(typed(left), IrType::Bool);
    right = expect(typed(right), IrType::Bool);
    if (left == kNoIrNode || right == kNoIrNode)
        return kNoIrNode;
    IrNode node;
    node.type = IrType::Bool;
    node.a = left;
    node.b = right;
    node.op = binary.op == BinaryOp::And  ? IrOp::And
              : binary.op == BinaryOp::Or ? IrOp::Or
                                          : IrOp::Binary;
    node.binary = binary.op == BinaryOp::Xor ? BinaryOp::NotEqual : BinaryOp::Add;
    return add(std::move(node));
}

IrNodeIndex ExpressionLowering::lowerKindTest(const CallExpr& call, IrNodeIndex data) {
    const auto of = [](Kind kind) { return 1U << static_cast<unsigned>(kind); };
    const std::uint32_t integers = of(Kind::I64) | of(Kind::U64);
    const std::array<std::pair<std::string_view, std::uint32_t>, 8> tests = {
        {{"std::type::is_null", of(Kind::Null)},
         {"std::type::is_bool", of(Kind::Bool)},
         {"std::type::is_integer", integers},
         {"std::type::is_float", of(Kind::F64)},
         {"std::type::is_number", integers | of(Kind::F64)},
         {"std::type::is_string", of(Kind::String)},
         {"std::type::is_array", of(Kind::Array)},
         {"std::type::is_record", of(Kind::Record)}}};
    const auto* const test =
        std::ranges::find(tests, call.function->name, &decltype(tests)::value_type::first);
    if (test == tests.end() || call.arguments.size() != 1)
        return kNoIrNode;
    const IrNodeIndex value = lower(*call.arguments[0], data);
    if (value == kNoIrNode)
        return kNoIrNode;
    IrNode node;
    node.op = IrOp::IsKind;
    node.type = IrType::Bool;
    node.a = typed(value);
    node.index = test->second;
    return add(std::move(node));
}

IrNodeIndex ExpressionLowering::lowerCall(const CallExpr& call, IrNodeIndex data) {
    if (call.function->purity != Purity::Pure)
        return kNoIrNode;
    if (const IrNodeIndex test = lowerKindTest(call, data); test != kNoIrNode)
        return test;
    IrNode node;
    node.op = IrOp::Call;
    node.origin = &call;
    for (const ExprPtr& argument : call.arguments) {
        const IrNodeIndex value = lower(*argument, data);
        if (value == kNoIrNode)
            return kNoIrNode;
        node.arguments.push_back(asValue(value));
    }
    m_program.usesScratch = true;
    const IrNodeIndex made = add(std::move(node));
    // What the function can give, or takes the generic entry.
    const std::uint16_t kinds = call.function->resultKinds;
    const IrType type = kinds == 0 ? IrType::Any : typeOfKinds(kinds);
    return type == IrType::Any ? made : expect(made, type);
}

IrNodeIndex ExpressionLowering::choose(IrNodeIndex condition, IrNodeIndex yes, IrNodeIndex no) {
    const IrType a = at(yes).type, b = at(no).type;
    IrNode node;
    node.op = IrOp::Choose;
    node.type = a == b ? a : at(no).op == IrOp::Fail ? a : IrType::Any;
    node.a = condition;
    node.b = yes;
    node.c = no;
    return add(std::move(node));
}

IrNodeIndex ExpressionLowering::both(IrNodeIndex first, IrNodeIndex second) {
    IrNode node;
    node.op = IrOp::And;
    node.type = IrType::Bool;
    node.a = first;
    node.b = second;
    return add(std::move(node));
}

IrNodeIndex ExpressionLowering::lowerMatch(const MatchExpr& match, IrNodeIndex data) {
    // Where nothing is compared the target would not be evaluated, but it may fail.
    const bool cannotFail =
        match.target->kind == ExprKind::Literal || match.target->kind == ExprKind::Constant;
    if (match.cases.empty() || match.cases[0].pattern == nullptr ||
        (match.cases[0].pattern->kind == Pattern::Kind::Any && !cannotFail))
        return kNoIrNode;
    const IrNodeIndex target = lower(*match.target, data);
    return target == kNoIrNode ? kNoIrNode : lowerCase(match, 0, typed(target), data);
}

// Cases that compare with a value, or take anything; what is left fails.
IrNodeIndex ExpressionLowering::lowerCase(const MatchExpr& match, std::size_t index,
                                          IrNodeIndex target, IrNodeIndex data) {
    constexpr std::size_t kMostCases = 32;
    if (index == match.cases.size())
        return failing();
    const Case& one = match.cases[index];
    if (index == kMostCases || one.pattern == nullptr ||
        (one.body != nullptr && one.body->kind == ExprKind::Block))
        return kNoIrNode;
    const IrNodeIndex body = one.body == nullptr ? kNoIrNode : lower(*one.body, data);
    if (body == kNoIrNode)
        return kNoIrNode;
    const bool takesAny = one.pattern->kind == Pattern::Kind::Any;
    if (takesAny && one.guard == nullptr)
        return typed(body);
    if (!takesAny && one.pattern->kind != Pattern::Kind::Expression)
        return kNoIrNode;
    IrNodeIndex holds = kNoIrNode;
    if (!takesAny) {
        const IrNodeIndex against = lower(*one.pattern->value, data);
        if (against == kNoIrNode)
            return kNoIrNode;
        holds = binaryNode(BinaryOp::Equal, target, typed(against));
    }
    if (one.guard != nullptr) {
        const IrNodeIndex guard = lower(*one.guard, data);
        const IrNodeIndex also =
            guard == kNoIrNode ? kNoIrNode : expect(typed(guard), IrType::Bool);
        if (also == kNoIrNode)
            return kNoIrNode;
        holds = takesAny ? also : both(holds, also);
    }
    const IrNodeIndex rest = lowerCase(match, index + 1, target, data);
    if (rest == kNoIrNode)
        return kNoIrNode;
    return choose(holds, typed(body), rest);
}

} // namespace fuseboard
