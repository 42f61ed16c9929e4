/* A library that is not resock, for the tests of loading. */
int other_library(void) {
    return 1;
}
