/* The C ABI as a plain C99 program sees it: `test_capi_c [CASE...]`. */
#include "check.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char* name;
    void (*run)(void);
} cases[] = {
    {"life", test_life},           {"endings", test_endings},   {"requests", test_requests},
    {"options", test_options},     {"sessions", test_sessions}, {"polling", test_polling},
    {"packed", test_packed},       {"dispatch", test_dispatch}, {"handles", test_handles},
    {"arguments", test_arguments}, {"symbols", test_symbols},   {"fork", test_fork},
    {"threads", test_threads},     {"cycles", test_cycles},     {"listener", test_listener},
    {"openings", test_openings},   {"library", test_library},
};

int main(int argc, char** argv) {
    size_t i;
    int ran = 0;
    for (i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        int wanted = argc < 2;
        int a;
        for (a = 1; a < argc; ++a)
            wanted = wanted || strcmp(argv[a], cases[i].name) == 0;
        if (!wanted) continue;
        printf("%s\n", cases[i].name);
        fflush(stdout);
        cases[i].run();
        ++ran;
    }
    printf("%d cases passed\n", ran);
    return ran > 0 ? 0 : 2;
}
