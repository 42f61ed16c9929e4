#include "kinds.hpp"

#include <algorithm>
#include <random>
#include <stdexcept>

#include "support/frame.hpp"

namespace bench {

namespace {

constexpr std::size_t pings_at_once = 512;
constexpr std::size_t fragment_size = std::size_t{16} << 10;
constexpr std::size_t message_size = std::size_t{64} << 10;
constexpr std::size_t garbage_size = 1024;

constexpr std::array<std::string_view, all_kinds.size()> names = {
    "slow-opening", "ping-flood", "fragments", "no-reading", "garbage", "connection-flood"};

std::string joined_names() {
    std::string all;
    for (const std::string_view name : names)
        all.append(all.empty() ? "" : ", ").append(name);
    return all;
}

kind kind_of(std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
        throw std::invalid_argument("'" + std::string(name) +
                                    "' is no kind of misbehaviour: one of " + joined_names());
    return all_kinds[static_cast<std::size_t>(found - names.begin())];
}

} // namespace

std::string_view name_of(kind of) {
    return names[static_cast<std::size_t>(of)];
}

std::vector<kind> kinds_of(std::string_view list) {
    std::vector<kind> found;
    while (true) {
        const std::size_t comma = list.find(',');
        found.push_back(kind_of(list.substr(0, comma)));
        if (comma == std::string_view::npos) return found;
        list.remove_prefix(comma + 1);
    }
}

floods::floods(std::uint32_t seed) {
    std::mt19937 random(seed);
    for (std::size_t i = 0; i < pings_at_once; ++i)
        append_frame(pings, opcode::ping, "", random());
    const std::string letters(message_size, 'x');
    const std::string_view part(letters.data(), fragment_size);
    append_frame(first_fragment, opcode::text, part, random(), false);
    append_frame(next_fragment, opcode::continuation, part, random(), false);
    append_frame(large_message, opcode::text, letters, random());
    for (std::size_t i = 0; i < garbage_size; ++i)
        garbage += static_cast<char>(random() & 0xff);
}

} // namespace bench
