#include "version/version.hpp"

#include <resock/resock.hpp>

#include "common/print.hpp"

namespace cli {

std::string version_text() {
    return std::string("resock ") + resock_version() + "\nABI " +
           std::to_string(resock_abi_version()) + "\n";
}

const char* version_command::footer() const {
    return R"(Examples:
  resock version)";
}

int version_command::run() {
    return print(version_text());
}

} // namespace cli
