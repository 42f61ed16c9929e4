// Which versions of what are in this library.
#pragma once

#include <cstdint>
#include <string>

namespace resock::hub {

// {"version":"0.1.0","abi":1,"compiler":"GCC 12.2.0","libraries":[{"name":"Boost",
//  "built":"1.85.0","running":null},{"name":"OpenSSL","built":"3.0.15","running":"3.0.15"}]}
// built: compiled against; running: loaded now, null where it is compiled in.
std::string version_json(std::uint32_t abi);

} // namespace resock::hub
