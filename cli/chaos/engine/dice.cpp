#include "chaos/engine/dice.hpp"

#include <algorithm>

namespace chaos {

namespace {

std::mt19937_64 engine_of(std::uint64_t seed, std::uint64_t connection, std::uint32_t use) {
    std::seed_seq words{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                        static_cast<std::uint32_t>(connection),
                        static_cast<std::uint32_t>(connection >> 32), use};
    return std::mt19937_64(words);
}

} // namespace

dice::dice(std::uint64_t seed, std::uint64_t connection, purpose use)
    : engine_(engine_of(seed, connection, use)) {
}

// The distributions of <random> differ from library to library; this does not.
double dice::uniform() {
    return static_cast<double>(engine_() >> 11) * 0x1p-53;
}

fate fate_of(const settings& faults, std::uint64_t connection) {
    dice thrown(faults.seed, connection, dice::cutting);
    const double spread = faults.cut_spread_percent / 100.0;
    const double factor = 1 + spread * (2 * thrown.uniform() - 1);
    fate decided;
    if (faults.cut_every.age)
        decided.cut_at_age = milliseconds(
            static_cast<std::int64_t>(static_cast<double>(faults.cut_every.age->count()) * factor));
    if (faults.cut_every.bytes)
        decided.cut_at_byte = std::max<std::uint64_t>(
            1, static_cast<std::uint64_t>(static_cast<double>(*faults.cut_every.bytes) * factor));
    if (faults.cut_at_byte)
        decided.cut_at_byte =
            std::min(*faults.cut_at_byte, decided.cut_at_byte.value_or(unlimited));
    return decided;
}

} // namespace chaos
