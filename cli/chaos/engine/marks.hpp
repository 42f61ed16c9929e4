// The bytes of a connection at which something happens.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "chaos/engine/settings.hpp"

namespace chaos {

class marks {
  public:
    enum class action { cut, black_hole };

    void add(way counted, std::uint64_t byte, action what);
    std::optional<std::uint64_t> next(way counted) const;
    // What is due at `byte`, in the order in which it was added; each is told once.
    std::vector<action> take(way counted, std::uint64_t byte);
    void clear() { all_.clear(); }

  private:
    struct mark {
        way counted;
        std::uint64_t byte;
        action what;
    };
    std::vector<mark> all_;
};

} // namespace chaos
