// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The structs of the Arrow C data interface and who owns what they point to.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

// Every library that speaks the interface declares it, under this guard.
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

extern "C" {

struct ArrowSchema {
    const char* format;
    const char* name;
    const char* metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema** children;
    struct ArrowSchema* dictionary;
    void (*release)(struct ArrowSchema*);
    void* private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void** buffers;
    struct ArrowArray** children;
    struct ArrowArray* dictionary;
    void (*release)(struct ArrowArray*);
    void* private_data;
};

}  // extern "C"

#endif  // ARROW_C_DATA_INTERFACE

namespace parallel_run::detail {

/// The children of an ArrowSchema or ArrowArray. Releases those that the consumer has not moved
/// out, which is what a release of NULL says.
template <typename Struct>
class ArrowChildren {
public:
    explicit ArrowChildren(std::size_t count) : structs_(count) {
        for (auto& child : structs_) pointers_.push_back(&child);
    }
    ArrowChildren(const ArrowChildren&) = delete;
    ArrowChildren& operator=(const ArrowChildren&) = delete;
    ~ArrowChildren() {
        for (auto& child : structs_) {
            if (child.release != nullptr) child.release(&child);
        }
    }

    Struct& operator[](std::size_t i) { return structs_[i]; }
    std::int64_t size() const { return static_cast<std::int64_t>(structs_.size()); }
    Struct** data() { return pointers_.data(); }

private:
    std::vector<Struct> structs_;
    std::vector<Struct*> pointers_;
};

/// What an ArrowSchema owns.
struct SchemaNode {
    SchemaNode(std::string format_text, std::string field_name, std::size_t child_count)
        : format(std::move(format_text)), name(std::move(field_name)), children(child_count) {}

    std::string format;
    std::string name;
    ArrowChildren<ArrowSchema> children;
};

/// What an ArrowArray owns.
class ArrayNode {
public:
    explicit ArrayNode(std::size_t child_count) : children(child_count) {}

    /// A buffer of the array for so many T, set to zero and aligned as Arrow recommends.
    template <typename T>
    T* add_buffer(std::size_t count) {
        const auto size = std::max<std::size_t>(count, 1) * sizeof(T);
        memory_.emplace_back(static_cast<char*>(::operator new(size, kAlignment)));
        auto* bytes = memory_.back().get();
        std::fill_n(bytes, size, '\0');
        buffers_.push_back(bytes);
        return static_cast<T*>(static_cast<void*>(bytes));
    }
    /// In place of a validity bitmap: all values are there.
    void add_no_buffer() { buffers_.push_back(nullptr); }

    std::int64_t buffer_count() const { return static_cast<std::int64_t>(buffers_.size()); }
    const void** buffers() { return buffers_.data(); }

    ArrowChildren<ArrowArray> children;

private:
    static constexpr std::align_val_t kAlignment{64};
    struct Free {
        void operator()(char* bytes) const { ::operator delete(bytes, kAlignment); }
    };

    std::vector<std::unique_ptr<char, Free>> memory_;
    std::vector<const void*> buffers_;
};

/// The release callback; calling it once more does nothing.
template <typename Node, typename Struct>
void release_node(Struct* released) {
    delete static_cast<Node*>(released->private_data);
    released->private_data = nullptr;
    released->release = nullptr;
}

inline void hand_over(std::unique_ptr<SchemaNode> node, std::int64_t flags, ArrowSchema* schema) {
    *schema = {};
    schema->format = node->format.c_str();
    schema->name = node->name.c_str();
    schema->flags = flags;
    schema->n_children = node->children.size();
    schema->children = node->children.data();
    schema->release = &release_node<SchemaNode, ArrowSchema>;
    schema->private_data = node.release();
}

inline void hand_over(std::unique_ptr<ArrayNode> node, std::size_t length, std::size_t null_count,
                      ArrowArray* array) {
    *array = {};
    array->length = static_cast<std::int64_t>(length);
    array->null_count = static_cast<std::int64_t>(null_count);
    array->n_buffers = node->buffer_count();
    array->buffers = node->buffers();
    array->n_children = node->children.size();
    array->children = node->children.data();
    array->release = &release_node<ArrayNode, ArrowArray>;
    array->private_data = node.release();
}

}  // namespace parallel_run::detail
