#include "base/url.hpp"

#include "base/error.hpp"
#include "support/catch.hpp"

using namespace resock;

namespace {

// What parse_url says against `text`; "" where it takes it.
std::string refusal(const std::string& text) {
    try {
        parse_url(text);
    } catch (const error& refused) {
        CHECK(refused.code() == status::invalid);
        return refused.what();
    }
    return "";
}

} // namespace

TEST_CASE("parse_url takes URLs apart (RFC 6455 section 3)") {
    struct row {
        const char* text;
        bool secure;
        const char* host;
        int port;
        const char* target;
        const char* authority;
        const char* shown;
    };
    const row rows[] = {
        {"ws://host", false, "host", 80, "/", "host", "ws://host/"},
        {"ws://host/", false, "host", 80, "/", "host", "ws://host/"},
        {"ws://host?x=1", false, "host", 80, "/?x=1", "host", "ws://host/?…"},
        {"wss://host/chat?room=1&t=%20", true, "host", 443, "/chat?room=1&t=%20", "host",
         "wss://host/chat?…"},
        {"WSS://Example.ORG/A", true, "example.org", 443, "/A", "example.org",
         "wss://example.org/A"},
        {"ws://host:80/", false, "host", 80, "/", "host", "ws://host/"},
        {"wss://host:80/", true, "host", 80, "/", "host:80", "wss://host:80/"},
        {"ws://host:443/", false, "host", 443, "/", "host:443", "ws://host:443/"},
        {"ws://host:/x", false, "host", 80, "/x", "host", "ws://host/x"},
        {"ws://host:65535", false, "host", 65535, "/", "host:65535", "ws://host:65535/"},
        {"ws://127.0.0.1:9001/a", false, "127.0.0.1", 9001, "/a", "127.0.0.1:9001",
         "ws://127.0.0.1:9001/a"},
        {"ws://[::1]", false, "::1", 80, "/", "[::1]", "ws://[::1]/"},
        {"wss://[2001:DB8::7]:8443/x", true, "2001:db8::7", 8443, "/x", "[2001:db8::7]:8443",
         "wss://[2001:db8::7]:8443/x"},
        {"ws://[::ffff:10.0.0.1]:80/", false, "::ffff:10.0.0.1", 80, "/", "[::ffff:10.0.0.1]",
         "ws://[::ffff:10.0.0.1]/"},
        {"ws://my_service-1.local.", false, "my_service-1.local.", 80, "/", "my_service-1.local.",
         "ws://my_service-1.local./"},
        {"ws://xn--bcher-kva.example/", false, "xn--bcher-kva.example", 80, "/",
         "xn--bcher-kva.example", "ws://xn--bcher-kva.example/"},
        {"ws://host/a/../b//c;p=1,2:@!$&'()*+~", false, "host", 80, "/a/../b//c;p=1,2:@!$&'()*+~",
         "host", "ws://host/a/../b//c;p=1,2:@!$&'()*+~"},
        {"ws://host/?a?b/c", false, "host", 80, "/?a?b/c", "host", "ws://host/?…"},
        {"ws://host/@a?mail=x@y", false, "host", 80, "/@a?mail=x@y", "host", "ws://host/@a?…"},
    };
    for (const row& each : rows) {
        CAPTURE(each.text);
        const url made = parse_url(each.text);
        CHECK(made.secure() == each.secure);
        CHECK(made.scheme == (each.secure ? url::scheme::wss : url::scheme::ws));
        CHECK(made.host == each.host);
        CHECK(made.port == each.port);
        CHECK(made.target == each.target);
        CHECK(made.user_info.empty());
        CHECK(made.authority() == each.authority);
        CHECK(made.shown() == each.shown);
    }
}

TEST_CASE("parse_url decodes user info for Basic credentials (RFC 7617)") {
    struct row {
        const char* text;
        const char* user_info;
    };
    const row rows[] = {
        {"ws://user:pass@host/", "user:pass"},
        {"ws://user@host/", "user:"},
        {"ws://us%40er:p%3Aa%2Fss:x@host/", "us@er:p:a/ss:x"},
        {"ws://:pass@host/", ":pass"},
        {"ws://@host/", ""},
        {"ws://%c3%bc:p@host/", "ü:p"},
    };
    for (const row& each : rows) {
        CAPTURE(each.text);
        const url made = parse_url(each.text);
        CHECK(made.host == "host");
        CHECK(made.user_info == each.user_info);
        CHECK(made.shown() == "ws://host/");
        CHECK(made.authority() == "host");
    }
}

TEST_CASE("parse_url takes the echo link") {
    const std::string text = GENERATE("echo:", "echo://", "ECHO:");
    const url made = parse_url(text);
    CHECK(made.scheme == url::scheme::echo);
    CHECK(made.host.empty());
    CHECK(made.target == "/");
    CHECK_FALSE(made.secure());
    CHECK(made.authority().empty());
    CHECK(made.shown() == "echo:");
}

TEST_CASE("parse_url says what is wrong and what is right") {
    struct row {
        const char* text;
        const char* says;
    };
    const row rows[] = {
        {"", "no scheme in front"},
        {"host", "write ws://host/path"},
        {"host:8080/x", "no scheme in front"},
        {"//host/x", "no scheme in front"},
        {"://host", "no scheme in front"},
        {"ws:host", "no scheme in front"},
        {"http://host/", "write ws:// instead"},
        {"HTTPS://host/", "write wss:// instead"},
        {"ftp://host/", "allowed are ws, wss, echo"},
        {"echo://host", "nothing may follow"},
        {"ws://", "no host"},
        {"ws:///path", "no host"},
        {"ws://:80/", "no host"},
        {"ws://user@/", "no host"},
        {"ws://host:0/", "port \"0\" is not a number of 1-65535"},
        {"ws://host:65536/", "port \"65536\" is not"},
        {"ws://host:99999999999999999999/", "is not a number of 1-65535"},
        {"ws://host:8a/", "port \"8a\" is not"},
        {"ws://host:-1/", "port \"-1\" is not"},
        {"ws://host:+80/", "is not a number"},
        {"ws://::1/", "stands in brackets"},
        {"ws://[::1/", "\"]\" is missing"},
        {"ws://[::1]80/", "only a port"},
        {"ws://[::1%25eth0]/", "zone"},
        {"ws://[fe80::1%eth0]/", "zone"},
        {"ws://[]/", "no host"},
        {"ws://[1.2.3.4]/", "not an IPv6 address"},
        {"ws://[::12345]/", "not an IPv6 address"},
        {"ws://[v1.a]/", "not an IPv6 address"},
        {"ws://256.1.1.1/", "not an IPv4 address"},
        {"ws://1.2.3/", "not an IPv4 address"},
        {"ws://a..b/", "empty part"},
        {"ws://.a/", "empty part"},
        {"ws://./", "empty part"},
        {"ws://bücher.example/", "punycode"},
        {"ws://ho%73t/", "the host may not hold \"%\""},
        {"ws://ho st/", "the host may not hold \" \""},
        {"ws://ho\\st/", "the host may not hold"},
        {"ws://host/#top", "fragment"},
        {"ws://host/a#", "fragment"},
        {"ws://host/a b", "\" \" in the path or query must be percent-encoded; write it as %20"},
        {"ws://host/ä", "a byte outside ASCII"},
        {"ws://host/?a[]=1", "write it as %5B"},
        {"ws://host/a\\b", "write it as %5C"},
        {"ws://host/100%", "write the character as %25"},
        {"ws://host/%zz", "write the character as %25"},
        {"ws://host/%a", "write the character as %25"},
        {"ws://host/a\nb", "control character %0A"},
        {"ws://host/a\x7f", "control character %7F"},
        {" ws://host/", "no scheme in front"},
        {"ws://us er:p@host/", "user info must be percent-encoded"},
        {"ws://a%3Ab:p@host/", "user info may not hold %3A"},
        {"ws://a:%0d@host/", "user info may not hold %0D"},
    };
    for (const row& each : rows) {
        CAPTURE(each.text);
        const std::string said = refusal(each.text);
        CAPTURE(said);
        CHECK(said.find(each.says) != std::string::npos);
        CHECK(said.rfind("URL \"", 0) == 0);
    }
}

TEST_CASE("parse_url bounds lengths") {
    const std::string label(63, 'a');
    CHECK(refusal("ws://" + label + "/").empty());
    CHECK(refusal("ws://a" + label + "/").find("at most 63") != std::string::npos);
    const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'a');
    REQUIRE(longest.size() == 253);
    CHECK(refusal("ws://" + longest + "/").empty());
    CHECK(refusal("ws://" + longest + "./").empty());
    CHECK(refusal("ws://" + longest + "a/").find("at most 253") != std::string::npos);
    CHECK(refusal("ws://host/" + std::string(8192 - 10, 'a')).empty());
    CHECK(refusal("ws://host/" + std::string(8192 - 9, 'a')).find("at most 8192") !=
          std::string::npos);
    CHECK(refusal("ws://host/" + std::string(100000, 'a')).size() < 1000);
}

TEST_CASE("an error of parse_url shows no secret") {
    const std::string text = GENERATE(
        "ws://user:secret@host:0/", "ws://user:secret@host/#x", "ws://user:sec/secret@host/",
        "ws://user:secret?x@host/", "ws://host/?token=secret#x", "http://user:secret@host/?a",
        "user:secret@host", "ws://user:secret@ho st/?token=secret", "ws://host/?a=1&b=sec ret",
        "ws://user:secret@/?x=://", "user:secret@host?to=ws://x", "ws://us:secret#x@host/",
        "ws://user:secret@host/?mail=a@secret#");
    const std::string said = refusal(text);
    CAPTURE(text, said);
    CHECK_FALSE(said.empty());
    CHECK(said.find("secret") == std::string::npos);
}

TEST_CASE("an error of parse_url is one line of printable text") {
    const std::string said = refusal("ws://h\xff\xfe\r\n\x01/\xc3");
    CAPTURE(said);
    for (const char c : said)
        CHECK((static_cast<unsigned char>(c) >= 0x20 && c != 0x7f));
    CHECK(said.find("h%FF%FE%0D%0A%01") != std::string::npos);
}
