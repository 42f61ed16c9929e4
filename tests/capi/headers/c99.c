/* resock.h alone as strict C99 (see CMakeLists.txt for the flags), with the static library. */
#include <resock/resock.h>

#include <stdio.h>

int main(void) {
    resock_hub* hub = NULL;
    const int32_t made = resock_hub_create(NULL, &hub, NULL);
    printf("%s %s\n", resock_version(), resock_status_name(made));
    resock_hub_free(hub);
    return made == RESOCK_OK && resock_abi_version() == RESOCK_ABI_VERSION ? 0 : 1;
}
