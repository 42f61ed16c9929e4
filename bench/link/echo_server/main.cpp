// bench_echo_server: the peer of all clients. It sends every message back, as fast as the machine
// allows, and counts what came.

#include <iostream>

#include "server.hpp"
#include "support/arguments.hpp"
#include "support/report.hpp"
#include "support/target.hpp"

namespace {

struct order {
    std::vector<std::string> listen;
    std::string cert;
    std::string key;
    bool tally = false;
};

int run(const order& wanted) {
    bench::raise_descriptor_limit();
    std::optional<bench::tls_identity> identity;
    if (!wanted.cert.empty()) identity.emplace(wanted.cert, wanted.key);
    bench::ledger book(wanted.tally);
    bench::server all(book);
    for (const std::string& url : wanted.listen) {
        const bench::address on(url);
        if (on.tls && !identity)
            throw std::invalid_argument("--listen " + url + " needs --cert and --key");
        std::cout << "listening on " << all.listen(on, on.tls ? &*identity : nullptr) << std::endl;
    }
    all.run();
    bench::print_line(book.report());
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    order wanted;
    CLI::App app("Sends every message back until its standard input ends, then says what came",
                 "bench_echo_server");
    app.add_option("--listen", wanted.listen, "ws://127.0.0.1:PORT or wss://…; 0: any free port")
        ->required();
    auto* const cert = app.add_option("--cert", wanted.cert, "PEM certificate, for wss");
    auto* const key = app.add_option("--key", wanted.key, "PEM key of it");
    cert->needs(key);
    key->needs(cert);
    app.add_flag("--tally", wanted.tally, "Count the numbers of the messages, which costs time");
    return bench::run_program(app, argc, argv, [&] { return run(wanted); });
}
