#include "session/check.hpp"

#include "samples.hpp"

using namespace resock;
using resock::session::check_of;
using resock::test::hex;

TEST_CASE("R17: the check is CRC-32 (IEEE)") {
    CHECK(check_of("") == 0);
    CHECK(check_of("123456789") == 0xCBF43926); // the check value of catalogues of CRCs
    CHECK(check_of(hex("13 01 68 69")) == 0xfb607509);
    CHECK(check_of(hex("13 01 68 6a")) != 0xfb607509);
}
