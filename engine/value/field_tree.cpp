// SPDX-License-Identifier: Apache-2.0
#include "engine/value/field_tree.h"

namespace fuseboard {

FieldTree FieldTree::all() {
    FieldTree tree;
    tree.whole = true;
    return tree;
}

void FieldTree::add(std::span<const std::string> path) {
    if (whole)
        return;
    if (path.empty()) {
        whole = true;
        children.clear();
        return;
    }
    for (auto& [key, tree] : children) {
        if (key == path.front()) {
            tree.add(path.subspan(1));
            return;
        }
    }
    children.emplace_back(path.front(), FieldTree{});
    children.back().second.add(path.subspan(1));
}

const FieldTree* FieldTree::child(std::string_view key) const {
    if (whole)
        return this;
    for (const auto& [name, tree] : children)
        if (name == key)
            return &tree;
    return nullptr;
}

void FieldTree::merge(const FieldTree& other) {
    if (whole)
        return;
    if (other.whole) {
        *this = all();
        return;
    }
    for (const auto& [key, tree] : other.children) {
        FieldTree* mine = nullptr;
        for (auto& [name, candidate] : children)
            if (name == key)
                mine = &candidate;
        if (mine == nullptr)
            children.emplace_back(key, tree);
        else
            mine->merge(tree);
    }
}

namespace {

void listPaths(const FieldTree& tree, const std::string& prefix, std::string& out) {
    for (const auto& [key, below] : tree.children) {
        const std::string path = prefix.empty() ? key : prefix + '.' + key;
        if (!below.children.empty()) {
            listPaths(below, path, out);
            continue;
        }
        if (!out.empty())
            out += ", ";
        out += path;
    }
}

} // namespace

std::string FieldTree::text() const {
    if (whole)
        return "*";
    std::string out;
    listPaths(*this, {}, out);
    return out.empty() ? "nothing" : out;
}

} // namespace fuseboard
