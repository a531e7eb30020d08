// SPDX-License-Identifier: Apache-2.0
#include "hdf5/element.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <utility>

#include "hdf5/failure.hpp"

namespace parallel_run::hdf5 {

namespace {

constexpr std::size_t kMaxMembers = 10'000;
constexpr int kMaxDepth = 32;

struct Native {
    parallel_run_type type;
    hid_t memory;
    std::size_t size;
};

/// The first one that is large enough; nullptr: none is.
template <std::size_t kCount>
const Native* fitting(const std::array<Native, kCount>& natives, std::size_t size) {
    const auto* const found = std::find_if(natives.begin(), natives.end(),
                                           [&](const auto& one) { return one.size >= size; });
    return found == natives.end() ? nullptr : found;
}

const Native* native_signed(std::size_t size) {
    static const std::array<Native, 4> natives{{{PARALLEL_RUN_INT8, H5T_NATIVE_INT8, 1},
                                                {PARALLEL_RUN_INT16, H5T_NATIVE_INT16, 2},
                                                {PARALLEL_RUN_INT32, H5T_NATIVE_INT32, 4},
                                                {PARALLEL_RUN_INT64, H5T_NATIVE_INT64, 8}}};
    return fitting(natives, size);
}

const Native* native_unsigned(std::size_t size) {
    static const std::array<Native, 4> natives{{{PARALLEL_RUN_UINT8, H5T_NATIVE_UINT8, 1},
                                                {PARALLEL_RUN_UINT16, H5T_NATIVE_UINT16, 2},
                                                {PARALLEL_RUN_UINT32, H5T_NATIVE_UINT32, 4},
                                                {PARALLEL_RUN_UINT64, H5T_NATIVE_UINT64, 8}}};
    return fitting(natives, size);
}

/// HDF5 converts bit fields to bit fields only.
const Native* native_bits(std::size_t size) {
    static const std::array<Native, 4> natives{{{PARALLEL_RUN_UINT8, H5T_NATIVE_B8, 1},
                                                {PARALLEL_RUN_UINT16, H5T_NATIVE_B16, 2},
                                                {PARALLEL_RUN_UINT32, H5T_NATIVE_B32, 4},
                                                {PARALLEL_RUN_UINT64, H5T_NATIVE_B64, 8}}};
    return fitting(natives, size);
}

const Native* native_float(std::size_t size) {
    static const std::array<Native, 2> natives{{{PARALLEL_RUN_FLOAT32, H5T_NATIVE_FLOAT, 4},
                                                {PARALLEL_RUN_FLOAT64, H5T_NATIVE_DOUBLE, 8}}};
    return fitting(natives, size);
}

/// Of a type that is a number; nullptr: it is too wide.
const Native* native_of(hid_t type) {
    const auto size = H5Tget_size(type);
    switch (H5Tget_class(type)) {
        case H5T_FLOAT: return native_float(size);
        case H5T_BITFIELD: return native_bits(size);
        default:
            return H5Tget_sign(type) == H5T_SGN_NONE ? native_unsigned(size) : native_signed(size);
    }
}

Text text_of(hid_t type) {
    if (H5Tis_variable_str(type) > 0) return Text::variable;
    switch (H5Tget_strpad(type)) {
        case H5T_STR_SPACEPAD: return Text::space_padded;
        case H5T_STR_NULLPAD: return Text::zero_padded;
        default: return Text::terminated;
    }
}

std::string words_for(hid_t type) {
    const auto bits = std::to_string(8 * H5Tget_size(type));
    switch (H5Tget_class(type)) {
        case H5T_INTEGER:
        case H5T_ENUM:
        case H5T_BITFIELD: return bits + "-bit integer";
        case H5T_FLOAT: return bits + "-bit floating point";
        case H5T_COMPOUND: return "array of compounds";
        case H5T_REFERENCE: return "reference";
        case H5T_OPAQUE: return "opaque";
        case H5T_VLEN: return "array of variable length";
        case H5T_TIME: return "time";
        default: return "unknown";
    }
}

/// HDF5 takes these from the file as they are and, where they are damaged, converts what lies
/// beside the values.
bool number_fits(hid_t type) {
    const auto bits = H5Tget_precision(type);
    if (bits == 0 || H5Tget_offset(type) < 0) return false;
    if (bits + static_cast<std::size_t>(H5Tget_offset(type)) > 8 * H5Tget_size(type)) return false;
    if (H5Tget_class(type) != H5T_FLOAT) return true;
    std::size_t sign = 0;
    std::size_t exponent = 0;
    std::size_t exponent_bits = 0;
    std::size_t mantissa = 0;
    std::size_t mantissa_bits = 0;
    H5Tget_fields(type, &sign, &exponent, &exponent_bits, &mantissa, &mantissa_bits);
    return sign < bits && exponent + exponent_bits <= bits && mantissa + mantissa_bits <= bits;
}

/// Walks through a type and what it is made of.
class ElementBuilder {
public:
    explicit ElementBuilder(const std::string& where) : where_(where) {}

    Element build(hid_t file_type) {
        Element element;
        element.type = add(file_type, {}, 0, 0);
        element.size = H5Tget_size(element.type.get());
        element.members = std::move(members_);
        return element;
    }

private:
    /// The type in memory of what lies at `member.offset`; its columns are added.
    Handle add(hid_t type, Member member, int array_depth, int depth) {
        if (depth > kMaxDepth) fail(where_, "has a type of too many levels");
        switch (H5Tget_class(type)) {
            case H5T_INTEGER:
            case H5T_FLOAT:
            case H5T_BITFIELD: return add_number(type, std::move(member));
            case H5T_ENUM: {
                const Handle base(H5Tget_super(type), H5Tclose);
                if (H5Tget_size(base.get()) != H5Tget_size(type)) damaged();
                return add_number(base.get(), std::move(member));
            }
            case H5T_STRING: return add_text(type, std::move(member));
            case H5T_ARRAY: return add_array(type, std::move(member), array_depth, depth);
            case H5T_COMPOUND:
                if (array_depth == 0) return add_compound(type, member, depth);
                [[fallthrough]];
            default: refuse(type, member);
        }
    }

    [[noreturn]] void refuse(hid_t type, const Member& member) {
        fail(where_, "has the type " + words_for(type) +
                         (member.name.empty() ? "" : " in its member " + member.name) +
                         ", which cannot be a column. Columns are numbers of at most 64 bits, "
                         "arrays of them, and text");
    }

    [[noreturn]] void damaged() { fail(where_, "has a type that is damaged"); }

    Handle add_number(hid_t type, Member member) {
        if (!number_fits(type)) damaged();
        const auto* const native = native_of(type);
        if (native == nullptr) refuse(type, member);
        member.type = native->type;
        member.size = native->size;
        keep(std::move(member));
        return {H5Tcopy(native->memory), H5Tclose};
    }

    Handle add_text(hid_t type, Member member) {
        member.text = text_of(type);
        member.size = member.text == Text::variable ? sizeof(char*) : H5Tget_size(type);
        keep(std::move(member));
        return {H5Tcopy(type), H5Tclose};
    }

    Handle add_array(hid_t type, Member member, int array_depth, int depth) {
        std::array<hsize_t, H5S_MAX_RANK> dimensions{};
        const auto rank = H5Tget_array_dims2(type, dimensions.data());
        if (rank < 1) fail_with_last_error(where_);
        const Handle base(H5Tget_super(type), H5Tclose);
        auto size = H5Tget_size(base.get());
        for (int i = 0; i < rank; ++i) {
            const auto dimension = dimensions[static_cast<std::size_t>(i)];
            member.dimensions.push_back(dimension);
            member.count *= dimension;
            if (__builtin_mul_overflow(size, dimension, &size)) damaged();
        }
        if (size != H5Tget_size(type)) damaged();
        const auto memory = add(base.get(), std::move(member), array_depth + 1, depth + 1);
        return checked(
            {H5Tarray_create2(memory.get(), static_cast<unsigned>(rank), dimensions.data()),
             H5Tclose});
    }

    struct Part {
        std::string name;
        Handle type;
        std::size_t offset;
    };

    /// Packed: where the file's numbers are native and packed too, reading converts nothing.
    Handle add_compound(hid_t type, const Member& whole, int depth) {
        std::vector<Part> parts;
        auto offset = whole.offset;
        const auto count = std::max(H5Tget_nmembers(type), 0);
        for (unsigned i = 0; i < static_cast<unsigned>(count); ++i) {
            const auto name = member_name(type, i);
            const Handle file_type(H5Tget_member_type(type, i), H5Tclose);
            if (!file_type ||
                H5Tget_member_offset(type, i) + H5Tget_size(file_type.get()) > H5Tget_size(type)) {
                damaged();
            }
            Member member;
            member.name = whole.name.empty() ? name : whole.name + "." + name;
            member.offset = offset;
            auto memory = add(file_type.get(), std::move(member), 0, depth + 1);
            const auto size = H5Tget_size(memory.get());
            parts.push_back({name, std::move(memory), offset - whole.offset});
            offset += size;
        }
        Handle compound(H5Tcreate(H5T_COMPOUND, offset - whole.offset), H5Tclose);
        for (const auto& part : parts) {
            if (H5Tinsert(compound.get(), part.name.c_str(), part.offset, part.type.get()) < 0) {
                fail_with_last_error(where_);
            }
        }
        return checked(std::move(compound));
    }

    std::string member_name(hid_t type, unsigned index) {
        const std::unique_ptr<char, herr_t (*)(void*)> name(
            H5Tget_member_name(type, index), [](void* text) { return H5free_memory(text); });
        if (!name) fail_with_last_error(where_);
        return name.get();
    }

    Handle checked(Handle type) {
        if (!type) fail_with_last_error(where_);
        return type;
    }

    void keep(Member member) {
        if (members_.size() == kMaxMembers) {
            fail(where_, "has more than " + std::to_string(kMaxMembers) + " members");
        }
        members_.push_back(std::move(member));
    }

    const std::string& where_;
    std::vector<Member> members_;
};

}  // namespace

bool Element::has_variable_text() const {
    return std::any_of(members.begin(), members.end(),
                       [](const auto& member) { return member.text == Text::variable; });
}

Element element_of(hid_t file_type, const std::string& where) {
    return ElementBuilder(where).build(file_type);
}

const char* name_of(parallel_run_type type) {
    switch (type) {
        case PARALLEL_RUN_TEXT: return "text";
        case PARALLEL_RUN_INT8: return "int8";
        case PARALLEL_RUN_INT16: return "int16";
        case PARALLEL_RUN_INT32: return "int32";
        case PARALLEL_RUN_INT64: return "int64";
        case PARALLEL_RUN_UINT8: return "uint8";
        case PARALLEL_RUN_UINT16: return "uint16";
        case PARALLEL_RUN_UINT32: return "uint32";
        case PARALLEL_RUN_UINT64: return "uint64";
        case PARALLEL_RUN_FLOAT32: return "float32";
        case PARALLEL_RUN_FLOAT64: return "float64";
    }
    return "unknown";
}

}  // namespace parallel_run::hdf5
