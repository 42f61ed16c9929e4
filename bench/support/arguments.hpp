#pragma once

#include <CLI/CLI.hpp>
#include <iostream>
#include <stdexcept>

namespace bench {

// Runs `body` after parsing; a mistake is one sentence and exit code 2.
template<typename Body>
int run_program(CLI::App& app, int argc, char** argv, Body body) {
    try {
        app.parse(argc, argv);
        return body();
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return code == 0 ? 0 : 2;
    } catch (const std::invalid_argument& error) {
        std::cerr << app.get_name() << ": " << error.what() << '\n';
        return 2;
    } catch (const std::exception& error) {
        std::cerr << app.get_name() << ": " << error.what() << '\n';
        return 1;
    }
}

} // namespace bench
