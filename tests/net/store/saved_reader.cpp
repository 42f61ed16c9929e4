#include "net/store/saved_reader.hpp"

#include "net/store/record_writer.hpp"
#include "net/store/store_file.hpp"
#include "net/store/support/records.hpp"
#include "net/support/certificates.hpp"
#include "support/catch.hpp"

using namespace resock;
using namespace resock::test;
using net::store_options;

namespace {

struct reading {
    temporary_directory directory;
    store_options options{directory.path() + "/a.db", net::store_sync::off,
                          net::store_purpose::table, 10};
    net::store_file file{options};

    reading() {
        net::record_writer writer(file.database(), options);
        net::record_writer::cursor first(sid_of(1));
        net::record_writer::cursor second(sid_of(2));
        const auto alive = records_of(created_of(1, "p"), queued_of(1, "q"), arrived_of(1, "a"));
        const auto over = records_of(created_of(2), ended_of(2000));
        writer.begin();
        writer.add(first, alive, 0);
        writer.add(second, over, 0);
        writer.commit();
    }
    net::session_store::loaded read(std::int64_t now_unix_s = 0) {
        return net::read_saved(file.database(), now_unix_s);
    }
};

} // namespace

TEST_CASE("sessions and tombstones are read, those that are over left out") {
    reading at;
    CHECK(at.read().sessions.size() == 1);
    CHECK(at.read(1999).tombstones.size() == 1);
    CHECK(at.read(2000).tombstones.empty());
}

TEST_CASE("a row that no record gives is damage, not a crash") {
    const char* broken = GENERATE(
        "UPDATE session SET sid=x'00'", "UPDATE session SET secret=x'000102'",
        "UPDATE session SET digest=''", "UPDATE session SET max_frame_in=1<<40",
        "UPDATE session SET ack_level_in=300", "UPDATE session SET epoch=-1",
        "UPDATE queue SET content=4", "UPDATE queue SET content=0", "UPDATE queue SET chunk=-1",
        "UPDATE inbox SET session=99", "UPDATE inbox SET \"check\"=1<<33",
        "UPDATE tombstone SET sid=x''", "UPDATE tombstone SET reason=999");
    CAPTURE(broken);
    reading at;
    at.file.database().run(broken);
    try {
        at.read();
        FAIL("it was read");
    } catch (const net::sqlite::error& found) {
        CHECK(found.code() == SQLITE_CORRUPT);
        CHECK_THAT(found.what(), Catch::Matchers::Contains("no such value in the "));
    }
}
