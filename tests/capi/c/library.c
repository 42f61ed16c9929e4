/* What does not belong to any handle: versions, and what errors mean. */
#include "check.h"

#include <string.h>

static void version(void) {
    char* text = NULL;
    CHECK_OK(resock_version_json(&text));
    CHECK_PART("\"version\":\"", text);
    CHECK_PART(resock_version(), text);
    CHECK_PART("\"name\":\"OpenSSL\",\"built\":\"3.", text);
    resock_string_free(text);
    CHECK_STATUS(RESOCK_INVALID, resock_version_json(NULL));
    CHECK_PART("out_json", resock_last_error());
}

static void explain(void) {
    char* text = NULL;
    char* all = NULL;
    CHECK_OK(resock_explain("1006", &text));
    CHECK(text[0] == '[');
    CHECK_PART("\"kind\":\"close-code\",\"name\":\"1006\",\"number\":1006", text);
    CHECK_PART("\"caused_by\":\"network\"", text);
    CHECK_PART("\"verdict\":\"now\"", text);
    CHECK_PART("\"option\":\"verdict.1006\"", text);
    CHECK_OK(resock_explain(NULL, &all));
    CHECK(strlen(all) > 10 * strlen(text));
    CHECK_PART("\"name\":\"tls-expired\"", all);
    resock_string_free(all);
    resock_string_free(text);
    CHECK_OK(resock_explain("connection refused", &text));
    CHECK_PART("\"name\":\"ECONNREFUSED\"", text);
    resock_string_free(text);
    CHECK_STATUS(RESOCK_INVALID, resock_explain("tls-expird", &text));
    CHECK(text == NULL);
    CHECK_PART("did you mean 'tls-expired'", resock_last_error());
    CHECK_STATUS(RESOCK_INVALID, resock_explain("1006", NULL));
    CHECK_PART("out_json", resock_last_error());
}

void test_library(void) {
    version();
    explain();
}
