/* The messages that commands name. */
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned from_hex(const char* digits) {
    unsigned value = 0;
    if (sscanf(digits, "%2x", &value) != 1) fail("two hexadecimal digits are needed for a byte");
    return value;
}

static char* repeated(const char* words, size_t* out_size, int is_text) {
    char* end = NULL;
    const size_t size = strtoul(words, &end, 10);
    char* data = malloc(size + 1);
    if (data == NULL || *end != ' ') fail("a number and what is repeated are needed");
    memset(data, is_text ? end[1] : (int)from_hex(end + 1), size);
    *out_size = size;
    return data;
}

static char* bytes(const char* digits, size_t* out_size) {
    *out_size = strlen(digits) / 2;
    char* data = malloc(*out_size + 1);
    if (data == NULL) fail("no memory");
    for (size_t i = 0; i < *out_size; ++i)
        data[i] = (char)from_hex(digits + 2 * i);
    return data;
}

char* read_data(const char* words, size_t* out_size, uint32_t* out_flags) {
    static const char* const kinds[] = {"text-of ", "binary-of ", "text ", "binary "};
    size_t kind = 0;
    while (kind < 4 && strncmp(words, kinds[kind], strlen(kinds[kind])) != 0)
        ++kind;
    if (kind == 4) fail("text, binary, text-of or binary-of is needed");
    words += strlen(kinds[kind]);
    const int is_text = kind % 2 == 0;
    if (is_text) *out_flags |= RESOCK_SEND_TEXT;
    if (kind < 2) return repeated(words, out_size, is_text);
    if (!is_text) return bytes(words, out_size);
    *out_size = strlen(words);
    char* data = malloc(*out_size + 1);
    if (data == NULL) fail("no memory");
    memcpy(data, words, *out_size + 1);
    return data;
}
