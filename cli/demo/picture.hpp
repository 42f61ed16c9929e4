// The run as a self-contained SVG: what is missing over time, what arrives, the cuts, the figures.
// No script, no font of its own; legible on light and dark pages.
#pragma once

#include <string>

#include "demo/outcome.hpp"

namespace demo {

std::string svg_of(const outcome&);

} // namespace demo
