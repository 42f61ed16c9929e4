// bench_store: messages/s through the durable store, beside SQLite alone with the same batches.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <unistd.h>

#include "bare.hpp"
#include "kept.hpp"
#include "support/arguments.hpp"
#include "support/report.hpp"

namespace {

using resock::net::store_sync;

double median(std::vector<double> of) {
    std::sort(of.begin(), of.end());
    return of[of.size() / 2];
}

void show(const char* name, const std::vector<double>& of, const char* form) {
    std::printf("%-24s", name);
    for (const double each : {median(of), *std::min_element(of.begin(), of.end()),
                              *std::max_element(of.begin(), of.end())})
        std::printf(form, each);
    std::printf("\n");
}

int run(const bench::traffic& wanted, int rounds) {
    std::vector<double> ours, bare, ratios;
    double batch = 0;
    for (int round = 0; round < rounds; ++round) {
        const bench::outcome made = bench::run_store(wanted);
        const double bare_s = bench::run_bare(wanted, made.transactions);
        const auto messages = static_cast<double>(wanted.messages);
        ours.push_back(messages / made.seconds);
        bare.push_back(messages / bare_s);
        ratios.push_back(ours.back() / bare.back());
        batch = messages / static_cast<double>(made.transactions.size());
    }
    std::printf("%zu bytes, %llu in flight, %d rounds, %.0f messages a transaction\n", wanted.bytes,
                static_cast<unsigned long long>(wanted.in_flight), rounds, batch);
    std::printf("%-24s%12s%12s%12s\n", "", "median", "min", "max");
    show("store, messages/s", ours, "%12.0f");
    show("bare SQLite, messages/s", bare, "%12.0f");
    show("ratio", ratios, "%12.2f");
    return 0;
}

// Only the bare loop, in transactions of that size, each acknowledging the one before; as JSON.
int run_bare_only(const bench::traffic& wanted, std::uint64_t batch) {
    std::vector<bench::transaction> transactions;
    for (std::uint64_t sent = 0, acked = 0; sent < wanted.messages;) {
        const std::uint64_t messages = std::min(batch, wanted.messages - sent);
        transactions.push_back({messages, acked});
        acked = sent += messages;
    }
    bench::print_line({{"messages", wanted.messages},
                       {"transactions", transactions.size()},
                       {"seconds", bench::run_bare(wanted, transactions)}});
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app("Messages through the durable store, and through a bare SQLite loop with the same "
                 "batches.",
                 "bench_store");
    bench::traffic wanted;
    int rounds = 5;
    std::string folder = std::filesystem::temp_directory_path().string();
    const std::map<std::string, store_sync> levels{
        {"full", store_sync::full}, {"normal", store_sync::normal}, {"off", store_sync::off}};
    app.add_option("--sync", wanted.sync, "full, normal or off")
        ->transform(CLI::CheckedTransformer(levels));
    app.add_option("--messages", wanted.messages, "of each round")->check(CLI::Range(1, 100000000));
    app.add_option("--in-flight", wanted.in_flight, "not yet acknowledged")
        ->check(CLI::Range(1, 1000000));
    app.add_option("--burst", wanted.burst, "messages of one append")->check(CLI::Range(1, 100000));
    app.add_option("--bytes", wanted.bytes, "of each message")->check(CLI::Range(0, 16 << 20));
    app.add_option("--rounds", rounds, "of both, in turn")->check(CLI::Range(1, 1000));
    std::uint64_t bare_batch = 0;
    app.add_option("--bare-batch", bare_batch,
                   "Only the bare loop, with so many messages in each transaction, once, as JSON")
        ->check(CLI::Range(1, 1000000));
    app.add_option("--folder", folder, "where the files are made")->check(CLI::ExistingDirectory);
    return bench::run_program(app, argc, argv, [&] {
        wanted.folder = folder + "/bench-store-XXXXXX";
        if (!::mkdtemp(wanted.folder.data())) throw std::runtime_error("cannot write in " + folder);
        const struct remover {
            const std::string& path;
            ~remover() {
                std::error_code ignored;
                std::filesystem::remove_all(path, ignored);
            }
        } at_end{wanted.folder};
        return bare_batch ? run_bare_only(wanted, bare_batch) : run(wanted, rounds);
    });
}
