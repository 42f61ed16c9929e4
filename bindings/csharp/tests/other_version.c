/* A libresock of another release, for the tests of loading. */
unsigned resock_abi_version(void) {
    return 99;
}
