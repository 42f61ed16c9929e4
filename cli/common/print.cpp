#include "common/print.hpp"

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "common/exit_code.hpp"

namespace cli {

int print(std::string_view text) {
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    if (!written || std::fflush(stdout) != 0)
        throw std::system_error(errno, std::generic_category(), "standard output");
    return all_confirmed;
}

} // namespace cli
