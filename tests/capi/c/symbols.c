/* Every exported symbol is called by these tests, and nothing else is. */
#include "calls.h"
#include "check.h"

#include <stdio.h>
#include <string.h>

#define NAME(name, rest) #name,
static const char* const called[] = {OPTIONS_CALLS(NAME) OPTIONAL_OPTIONS_CALLS(NAME)
                                         HUB_CALLS(NAME) LINK_CALLS(NAME) LISTENER_CALLS(NAME)
                                             FREE_CALLS(NAME) NUMBER_ACCESSORS(NAME)
                                                 TEXT_ACCESSORS(NAME) OTHER_CALLS(NAME)};

void test_symbols(void) {
    const size_t count = sizeof called / sizeof called[0];
    char line[128];
    size_t lines = 0;
    FILE* list = fopen(RESOCK_SYMBOLS, "r");
    CHECK(list != NULL);
    while (fgets(line, sizeof line, list)) {
        size_t i = 0;
        line[strcspn(line, "\n")] = '\0';
        while (i < count && strcmp(called[i], line) != 0)
            ++i;
        check_true(i < count, line, __FILE__, __LINE__);
        ++lines;
    }
    fclose(list);
    CHECK(lines == count);
}
