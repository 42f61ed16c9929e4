#include "tables.hpp"

namespace resock::capi {

constinit hub::handle_table<shared_options> all_options{hub::handle_kind::options};
constinit hub::handle_table<hub::hub> all_hubs{hub::handle_kind::hub};
constinit hub::handle_table<hub::listener> all_listeners{hub::handle_kind::listener};

void throw_handle(const void* handle, const char* kind) {
    const std::string name = kind;
    throw error(status::handle, handle
                                    ? "this is no handle of a " + name + ", or it was freed already"
                                    : "the handle of a " + name + " is NULL");
}

} // namespace resock::capi
