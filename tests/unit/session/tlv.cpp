#include "session/tlv.hpp"

#include <random>
#include <string>
#include <vector>

#include "../wire/allocations.hpp"
#include "samples.hpp"

using namespace resock;
using namespace resock::session;
using resock::test::hex;

namespace {

// The types of a block; or, where it is wrong, the reason.
struct walked {
    std::vector<std::uint64_t> types;
    std::string reason;
};

walked walk(const std::string& block) {
    decoded out;
    const field_reader fields(frame_type::data, {}, out);
    tlv_reader tlvs(fields, block);
    walked seen;
    for (tlv each; tlvs.next(each);)
        seen.types.push_back(each.type);
    const std::string_view reason = std::get<frame_error>(out).reason();
    CHECK(tlvs.ok() == reason.empty());
    seen.reason = std::string(reason);
    return seen;
}

std::string block_of(const std::vector<std::uint64_t>& types) {
    std::string block;
    for (const std::uint64_t type : types) {
        char bytes[max_varint + 1];
        char* end = put_varint(put_varint(bytes, type), 0);
        block.append(bytes, end);
    }
    return block;
}

} // namespace

TEST_CASE("a block of tlvs is walked in its order") {
    decoded out;
    const field_reader fields(frame_type::data, {}, out);
    const std::string block = hex("03 02 61 62 01 00");
    tlv_reader tlvs(fields, block);
    tlv each;
    REQUIRE(tlvs.next(each));
    CHECK(each.type == 3);
    CHECK(each.value == "ab");
    REQUIRE(tlvs.next(each));
    CHECK(each.type == 1);
    CHECK(each.value.empty());
    CHECK_FALSE(tlvs.next(each));
    CHECK(tlvs.ok());
    CHECK(walk("").types.empty());
    CHECK(walk("").reason.empty());
}

TEST_CASE("a block that is cut or not minimal is refused") {
    CHECK(walk(hex("80")).reason == "R2 DATA tlv type: truncated");
    CHECK(walk(hex("03")).reason == "R2 DATA tlv length: truncated");
    CHECK(walk(hex("03 01")).reason == "R2 DATA tlv value: truncated");
    CHECK(walk(hex("03 ff ff ff ff ff ff ff 0f")).reason == "R2 DATA tlv value: truncated");
    CHECK(walk(hex("83 00 00")).reason == "R3 DATA tlv type: varint longer than it need be");
    const walked second = walk(hex("03 00 05 01"));
    CHECK(second.types == std::vector<std::uint64_t>{3});
    CHECK(second.reason == "R2 DATA tlv value: truncated");
}

TEST_CASE("R4: a type stands once, whatever its size and place") {
    for (const std::uint64_t type :
         {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{63}, std::uint64_t{64},
          std::uint64_t{127}, std::uint64_t{128}, std::uint64_t{300}, max_number}) {
        const std::string reason = "R4 DATA tlv " + std::to_string(type) + ": stands twice";
        CAPTURE(type);
        CHECK(walk(block_of({type})).reason.empty());
        CHECK(walk(block_of({type, type})).reason == reason);
        CHECK(walk(block_of({type, 200, type})).reason == reason);
        CHECK(walk(block_of({7, type, 201, 129, type, 5})).reason == reason);
    }
    CHECK(walk(block_of({128, 192, 64, 0, 191, 255, 127})).reason.empty());
}

TEST_CASE("large types in any order are told apart; none is kept while they ascend") {
    const unsigned seed = 7;
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    std::vector<std::uint64_t> types;
    for (std::uint64_t type = 100; type < 20000; type += 1 + random() % 5)
        types.push_back(type);
    decoded out;
    const field_reader fields(frame_type::hello, {}, out);
    const std::string ascending = block_of(types);
    test::reset_allocations();
    tlv_reader tlvs(fields, ascending);
    std::size_t count = 0;
    for (tlv each; tlvs.next(each);)
        ++count;
    const std::size_t allocated = test::allocated().count;
    CHECK(allocated == 0);
    CHECK(tlvs.ok());
    CHECK(count == types.size());

    std::shuffle(types.begin(), types.end(), random);
    CHECK(walk(block_of(types)).reason.empty());
    types.push_back(types[types.size() / 2]);
    CHECK(walk(block_of(types)).reason ==
          "R4 DATA tlv " + std::to_string(types.back()) + ": stands twice");
}
