#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <string>
#include <unistd.h>

#include <resock/resock.hpp>

#include "commands.hpp"
#include "common/exit_code.hpp"
#include "common/usage_error.hpp"

namespace {

// A closed 0, 1 or 2 would be given to the next socket, and what we write would go there.
void open_standard_descriptors() {
    for (int fd = 0; fd <= 2; ++fd) {
        if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", O_RDWR) != fd) _exit(cli::wrong_usage);
    }
}

int fail(const char* sentence, int code) {
    const std::string line = std::string("resock: ") + sentence + "\n";
    std::fputs(line.c_str(), stderr);
    return code;
}

int code_of(resock::status status) {
    switch (status) {
    case resock::status::option:
    case resock::status::invalid:
    case resock::status::not_supported:
        return cli::wrong_usage;
    default:
        return cli::not_confirmed;
    }
}

} // namespace

int main(int argc, char** argv) {
    open_standard_descriptors();
    try {
        return cli::run_command_line(argc, argv);
    } catch (const cli::usage_error& error) {
        return fail(error.what(), cli::wrong_usage);
    } catch (const resock::error& error) {
        return fail(error.what(), code_of(error.status()));
    } catch (const std::exception& error) {
        return fail(error.what(), cli::not_confirmed);
    }
}
