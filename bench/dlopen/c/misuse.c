/* misuse: what is wrong is an error with the library's sentence, one line for each, and never a
 * crash; ends with a link that is still open. */
#include <stdio.h>

#include "packed.h"

static struct resock_dl resock;

static resock_link* open_link(resock_hub* hub) {
    resock_options* options = NULL;
    resock_link* link = NULL;
    resock.options_create(RESOCK_SCOPE_LINK, &options);
    resock.options_set(options, "url", "echo:", NULL);
    resock.link_open(hub, options, 0, &link, NULL);
    resock.options_free(options);
    return link;
}

static void tell(const char* what, int32_t status) {
    printf("%s: %s\n", what, status ? resock.last_error() : "accepted");
}

int main(void) {
    char error[512];
    resock_hub *kept = NULL, *freed = NULL;
    struct packed_events events = {0};
    if (resock_dl_load(&resock, NULL, error, sizeof error)) return 1;
    resock.hub_create(NULL, &kept, NULL);
    resock.hub_create(NULL, &freed, NULL);
    resock_link* const open = open_link(kept);
    resock_link* const link = open_link(kept);
    resock_link* const of_freed = open_link(freed);
    resock.link_free(link);
    resock.hub_free(freed);
    tell("freed link", resock.link_send(link, "x", 1, 0, 0, NULL));
    tell("link of a freed hub", resock.link_send(of_freed, "x", 1, 0, 0, NULL));
    tell("freed hub", packed_poll(&resock, freed, 0, &events));
    tell("freed hub again", packed_poll(&resock, freed, 0, &events));
    tell("reason too long", resock.link_close(open, 1000, error, 124));
    return 0;
}
