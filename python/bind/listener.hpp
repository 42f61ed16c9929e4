// The accepting side as Python sees it.
#pragma once

#include <memory>

#include "object.hpp"

namespace resock::python {

void register_listener(py::module_& module);

} // namespace resock::python
