// ledger_postgres URL TOKEN FILE: books each order once, with the receive position in the same
// transaction. The database is where the environment says (PGHOST, PGDATABASE ...); FILE keeps the
// session.
#include <iostream>
#include <libpq-fe.h>
#include <memory>
#include <stdexcept>
#include <string>

#include <resock/resock.hpp>

class ledger {
  public:
    ledger()
        : connection_(PQconnectdb(""), &PQfinish) {
        if (PQstatus(connection_.get()) != CONNECTION_OK) fail();
        run("SET client_min_messages = warning");
        run("CREATE TABLE IF NOT EXISTS entry (number BIGSERIAL PRIMARY KEY, words TEXT)");
        run("CREATE TABLE IF NOT EXISTS position (one INTEGER PRIMARY KEY, bytes BYTEA)");
    }

    // Empty the first time.
    std::string position() { return run("SELECT bytes FROM position"); }

    void begin() { run("BEGIN"); }
    void book(std::string_view order) {
        run("INSERT INTO entry (words) VALUES (convert_from($1, 'UTF8'))", &order);
    }
    void keep(std::string_view position) {
        run("INSERT INTO position VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET bytes = $1",
            &position);
    }
    void forget_position() { run("DELETE FROM position"); }
    void commit() { run("COMMIT"); }

  private:
    // The first column of the first row.
    std::string run(const char* sql, const std::string_view* bytes = nullptr) {
        constexpr Oid of_bytes = 17; // BYTEA
        constexpr int binary = 1;
        const char* value = bytes ? bytes->data() : nullptr;
        const int size = bytes ? static_cast<int>(bytes->size()) : 0;
        const std::unique_ptr<PGresult, decltype(&PQclear)> told(
            PQexecParams(connection_.get(), sql, bytes ? 1 : 0, &of_bytes, &value, &size, &binary,
                         binary),
            &PQclear);
        const auto status = PQresultStatus(told.get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail();
        if (PQntuples(told.get()) == 0) return {};
        return {PQgetvalue(told.get(), 0, 0),
                static_cast<std::size_t>(PQgetlength(told.get(), 0, 0))};
    }
    [[noreturn]] void fail() { throw std::runtime_error(PQerrorMessage(connection_.get())); }

    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

int main(int argc, char** argv) try {
    if (argc != 4) {
        std::cerr << "usage: ledger_postgres URL TOKEN FILE\n";
        return 2;
    }
    ledger books;
    resock::options options;
    options.set("url", argv[1])
        .set("delivery", "exactly-once")
        .set("session.token", argv[2])
        .set("reconnect.hold", "0") // nobody here has another token
        .set("outbox.path", argv[3])
        .set_bytes("session.position", books.position());
    resock::hub hub;
    resock::link link = hub.open(options);

    for (;;) {
        const auto events = hub.poll_many(resock::forever);
        books.begin();
        for (const resock::event& each : events) {
            if (each.kind() == resock::event_kind::message) {
                books.book(each.data());
                books.keep(each.position());
            } else if (each.kind() == resock::event_kind::lost) {
                books.forget_position();
                std::cerr << "lost: " << each.text() << '\n';
            } else if (each.kind() == resock::event_kind::closed) {
                if (each.close_code() == 1000) books.forget_position(); // the session has ended
                std::cerr << each.why() << '\n';
                books.commit();
                return each.close_code() == 1000 ? 0 : 1;
            }
        }
        books.commit();
        std::cout << "booked up to here" << std::endl;
    } // events are freed: only now, behind the commit, the server is told that they are processed
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
