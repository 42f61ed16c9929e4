#include "net/store/record_writer.hpp"

#include "net/store/saved_reader.hpp"
#include "net/store/store_file.hpp"
#include "net/store/support/records.hpp"
#include "net/support/certificates.hpp"
#include "support/catch.hpp"

using namespace resock;
using namespace resock::test;
using net::record_writer;
using net::store_options;
namespace record = session::record;

namespace {

struct writing {
    temporary_directory directory;
    store_options options{directory.path() + "/a.db", net::store_sync::off,
                          net::store_purpose::table, 10};
    net::store_file file{options};
    record_writer writer{file.database(), options};
    record_writer::cursor cursor{sid_of(1)};

    void add(record_writer::cursor& at, const session::records& records) {
        writer.add(at, records, 1000);
    }
    void write(const session::records& records) {
        writer.begin();
        add(cursor, records);
        writer.commit();
    }
    std::int64_t count(const char* table) {
        return file.database().number(std::string("SELECT count(*) FROM ") + table);
    }
    // Rows that the last transactions have inserted, changed or deleted.
    std::int64_t changes() { return file.database().number("SELECT total_changes()"); }
    std::string found() { return described(net::read_saved(file.database(), 1000)); }
};

} // namespace

TEST_CASE("what the same transaction makes needless is not written") {
    writing at;
    at.write(records_of(created_of(1)));
    const auto before = at.changes();
    session::records records;
    for (std::uint64_t seq = 1; seq <= 100; ++seq)
        records.push_back(queued_of(seq, "x"));
    for (std::uint64_t seq = 1; seq <= 100; ++seq)
        records.push_back(arrived_of(seq, "y"));
    records.push_back(record::acknowledged{99, 1});
    records.push_back(record::done{100});
    at.write(records);
    CHECK(at.changes() == before + 2); // the session's row and one message
    CHECK(at.count("queue") == 1);
    CHECK(at.count("inbox") == 0);
}

TEST_CASE("a message is kept until its last frame is acknowledged") {
    writing at;
    auto first = queued_of(1, "three frames");
    first.frames = 3;
    at.write(records_of(created_of(1), std::move(first), queued_of(4, "one")));
    at.write(records_of(record::acknowledged{2, 1}));
    CHECK(at.count("queue") == 2);
    at.write(records_of(record::acknowledged{3, 1}));
    CHECK(at.count("queue") == 1);
}

TEST_CASE("a transaction that is rolled back leaves no trace, and can be written again") {
    writing at;
    at.write(records_of(created_of(1), queued_of(1, "kept"), record::epoch{5}));
    const std::string before = at.found();
    const auto batch = records_of(record::epoch{6}, arrived_of(1, "x"), record::acknowledged{1, 9},
                                  created_of(2), queued_of(1, "other"), record::epoch{1});
    at.writer.begin();
    at.add(at.cursor, batch);
    at.writer.roll_back();
    CHECK(at.found() == before);
    at.write(batch);
    model expected;
    const auto again = records_of(created_of(1), queued_of(1, "kept"), record::epoch{6},
                                  arrived_of(1, "x"), record::acknowledged{1, 9});
    for (const auto& each : again)
        expected.apply(sid_of(1), each);
    const auto other = records_of(created_of(2), queued_of(1, "other"), record::epoch{1});
    for (const auto& each : other)
        expected.apply(sid_of(2), each);
    CHECK(at.found() == expected.described());
}

TEST_CASE("two cursors of one session in one transaction do not undo each other") {
    writing at;
    record_writer::cursor second(sid_of(1));
    const auto former = records_of(created_of(1), record::epoch{5}, arrived_of(1, "x"));
    const auto later = records_of(record::epoch{6});
    at.writer.begin();
    at.add(at.cursor, former);
    at.add(second, later);
    at.writer.commit();
    const auto found = net::read_saved(at.file.database(), 0);
    CHECK(found.sessions.at(0).epoch == 6);
    CHECK(found.sessions.at(0).recv == 1);
}

TEST_CASE("records without a session are left out") {
    writing at;
    at.write(records_of(record::epoch{1}, queued_of(1, "x"), ended_of(5000)));
    CHECK(at.found().empty());
    CHECK(at.count("queue") == 0);
}
