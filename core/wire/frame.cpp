#include "wire/frame.hpp"

#include <array>
#include <cstring>

#include <boost/endian/conversion.hpp>

namespace resock::wire {

namespace {

constexpr std::uint8_t fin_bit = 0x80;
constexpr std::uint8_t mask_bit = 0x80;
constexpr std::uint8_t length_in_2_bytes = 126;
constexpr std::uint8_t length_in_8_bytes = 127;
constexpr std::size_t mask_size = 4;

std::size_t length_size(std::uint64_t payload) {
    return payload < length_in_2_bytes ? 0 : payload <= 0xFFFF ? 2 : 8;
}

template<class Word>
void mask_word(char* to, const char* from, Word key) {
    Word word;
    std::memcpy(&word, from, sizeof(word));
    word ^= key;
    std::memcpy(to, &word, sizeof(word));
}

// Returns the header's size.
std::size_t write_header(char* to, opcode code, bool fin, std::uint64_t payload,
                         const std::optional<std::uint32_t>& mask) {
    auto* at = reinterpret_cast<unsigned char*>(to);
    const std::uint8_t masked = mask ? mask_bit : 0;
    *at++ = static_cast<std::uint8_t>(static_cast<std::uint8_t>(code) | (fin ? fin_bit : 0));
    switch (length_size(payload)) {
    case 0:
        *at++ = static_cast<std::uint8_t>(payload | masked);
        break;
    case 2:
        *at++ = length_in_2_bytes | masked;
        boost::endian::store_big_u16(at, static_cast<std::uint16_t>(payload));
        at += 2;
        break;
    default:
        *at++ = length_in_8_bytes | masked;
        boost::endian::store_big_u64(at, payload);
        at += 8;
    }
    if (mask) {
        std::memcpy(at, &*mask, mask_size);
        at += mask_size;
    }
    return static_cast<std::size_t>(reinterpret_cast<char*>(at) - to);
}

} // namespace

void apply_mask(char* to, const char* from, std::size_t size, std::uint32_t key,
                std::size_t offset) {
    std::array<char, 4> bytes;
    std::memcpy(bytes.data(), &key, sizeof(key));
    std::array<char, 8> turned;
    for (std::size_t i = 0; i < turned.size(); ++i)
        turned[i] = bytes[(offset + i) % 4];
    std::uint64_t wide;
    std::memcpy(&wide, turned.data(), sizeof(wide));

    // Blocks are loaded whole before they are stored, so that compilers use vector registers
    // though `to` and `from` may be the same.
    constexpr std::size_t words = 8;
    constexpr std::size_t block_size = words * sizeof(std::uint64_t);
    for (; size >= block_size; size -= block_size, to += block_size, from += block_size) {
        std::array<std::uint64_t, words> block;
        std::memcpy(block.data(), from, block_size);
        for (std::uint64_t& word : block)
            word ^= wide;
        std::memcpy(to, block.data(), block_size);
    }
    for (; size >= 8; size -= 8, to += 8, from += 8)
        mask_word<std::uint64_t>(to, from, wide);
    if (size >= 4) {
        std::uint32_t narrow;
        std::memcpy(&narrow, turned.data(), sizeof(narrow));
        mask_word<std::uint32_t>(to, from, narrow);
        size -= 4, to += 4, from += 4;
    }
    for (std::size_t i = 0; i < size; ++i)
        to[i] = static_cast<char>(from[i] ^ turned[i]);
}

void append_frame(buffer& out, opcode code, bool fin, std::string_view payload,
                  std::optional<std::uint32_t> mask) {
    char* to = out.prepare(frame_size(payload.size(), mask.has_value()));
    const std::size_t header = write_header(to, code, fin, payload.size(), mask);
    if (mask) {
        apply_mask(to + header, payload.data(), payload.size(), *mask);
    } else if (!payload.empty()) {
        std::memcpy(to + header, payload.data(), payload.size());
    }
    out.commit(header + payload.size());
}

void append_frame(buffer& out, std::string_view head, std::string_view body,
                  std::optional<std::uint32_t> mask) {
    const std::size_t size = head.size() + body.size();
    char* to = out.prepare(frame_size(size, mask.has_value()));
    const std::size_t header = write_header(to, opcode::binary, true, size, mask);
    to += header;
    constexpr std::size_t small = 1024; // to copy costs less than to mask in two pieces
    if (mask && size > small) {
        apply_mask(to, head.data(), head.size(), *mask);
        if (!body.empty())
            apply_mask(to + head.size(), body.data(), body.size(), *mask, head.size());
    } else {
        std::memcpy(to, head.data(), head.size());
        if (!body.empty()) std::memcpy(to + head.size(), body.data(), body.size());
        if (mask) apply_mask(to, to, size, *mask);
    }
    out.commit(header + size);
}

std::size_t frame_size(std::size_t payload, bool masked) {
    return 2 + length_size(payload) + (masked ? mask_size : 0) + payload;
}

std::size_t read_header(std::string_view bytes, frame_header& out, bool& bad_length) {
    bad_length = false;
    if (bytes.size() < 2) return 0;
    const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
    const std::uint8_t short_length = at[1] & 0x7F;
    const bool masked = at[1] & mask_bit;
    const std::size_t more = short_length < length_in_2_bytes    ? 0
                             : short_length == length_in_2_bytes ? 2
                                                                 : 8;
    const std::size_t size = 2 + more + (masked ? mask_size : 0);
    if (bytes.size() < size) return 0;

    out.fin = at[0] & fin_bit;
    out.reserved = (at[0] >> 4) & 0x7;
    out.code = static_cast<opcode>(at[0] & 0xF);
    out.length = more == 0   ? short_length
                 : more == 2 ? boost::endian::load_big_u16(at + 2)
                             : boost::endian::load_big_u64(at + 2);
    bad_length = (more != 0 && length_size(out.length) != more) || out.length >> 63;
    out.mask.reset();
    if (masked) {
        std::uint32_t key;
        std::memcpy(&key, at + 2 + more, mask_size);
        out.mask = key;
    }
    return size;
}

} // namespace resock::wire
