#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <utility>
#include <variant>

#include "arguments.hpp"
#include "connect.hpp"
#include "exit_code.hpp"
#include "signals.hpp"

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

int show(const std::string& text) {
    std::fputs(text.c_str(), stdout);
    return cli::all_confirmed;
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
        cli::order order = cli::parse_arguments(argc, argv);
        if (const auto* shown = std::get_if<cli::show_text>(&order)) return show(shown->text);
        cli::install_signals();
        return cli::connect(std::get<cli::connect_settings>(std::move(order)));
    } catch (const cli::usage_error& error) {
        return fail((std::string(error.what()) + " (see `resock connect --help`)").c_str(),
                    cli::wrong_usage);
    } catch (const resock::error& error) {
        return fail(error.what(), code_of(error.status()));
    } catch (const std::exception& error) {
        return fail(error.what(), cli::not_confirmed);
    }
}
