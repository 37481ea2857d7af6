# SPDX-License-Identifier: Apache-2.0
# What every target is compiled with.
include_guard(GLOBAL)

option(FB_WINDOW "Build the desktop program (needs Qt 6)" ON)
option(FB_WERROR "Treat warnings as errors" OFF)
set(FB_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize=")

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(FB_CCACHE ccache)
if(FB_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${FB_CCACHE}")
endif()

# Results are defined to the last bit, so no fused multiply-add behind our back (docs/architecture.md).
add_compile_options(-ffp-contract=off -fno-omit-frame-pointer)
if(FB_SANITIZE)
    add_compile_options(-fsanitize=${FB_SANITIZE} -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${FB_SANITIZE})
endif()

add_library(fb_warnings INTERFACE)
target_compile_options(fb_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
    -Woverloaded-virtual -Wcast-align -Wimplicit-fallthrough $<$<BOOL:${FB_WERROR}>:-Werror>)
