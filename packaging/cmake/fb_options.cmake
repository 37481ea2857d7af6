# SPDX-License-Identifier: Apache-2.0
# What every target is compiled with.
include_guard(GLOBAL)

set(FB_WERROR_DEFAULT OFF)
if("$ENV{CI}" STREQUAL "true")
    set(FB_WERROR_DEFAULT ON)
endif()
option(FB_WINDOW "Build the desktop program (needs Qt 6)" ON)
option(FB_WERROR "Treat warnings as errors (on by default where CI=true)" ${FB_WERROR_DEFAULT})
option(FB_LTO "Optimise across libraries at link time" OFF)
set(FB_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize=")

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
# `ninja install` and cpack take what is built and never start to build the tests.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)

find_program(FB_CCACHE ccache)
if(FB_CCACHE)
    # Paths below the checkout count as relative, so that several checkouts share what was compiled.
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}"
        CCACHE_NOHASHDIR=1 "${FB_CCACHE}")
endif()

# Results are defined to the last bit, so no fused multiply-add behind our back (docs/architecture.md).
# Frame pointers stay everywhere: profilers need them, and they cost less than a percent.
add_compile_options(-ffp-contract=off -fno-omit-frame-pointer)
if(FB_SANITIZE)
    add_compile_options(-fsanitize=${FB_SANITIZE} -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${FB_SANITIZE})
endif()

if(FB_LTO)
    # Objects hold plain code too, so that only the programs pay for the long link, never the tests.
    add_compile_options(-flto=auto -ffat-lto-objects)
endif()

add_library(fb_warnings INTERFACE)
target_compile_options(fb_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
    -Woverloaded-virtual -Wcast-align -Wimplicit-fallthrough $<$<BOOL:${FB_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # GCC 12 finds overlaps in every `"text" + string` (its bug 105651). What it guesses from the flow
    # of inlined library code is often wrong as well: worth reading, not worth stopping for.
    target_compile_options(fb_warnings INTERFACE -Wno-restrict -Wno-error=maybe-uninitialized
        -Wno-error=array-bounds -Wno-error=stringop-overflow -Wno-error=stringop-overread
        -Wno-error=dangling-pointer -Wno-error=free-nonheap-object)
    if(FB_SANITIZE) # pages of false ones from the standard library, and the sanitizer sees the true ones
        target_compile_options(fb_warnings INTERFACE -Wno-maybe-uninitialized)
    endif()
endif()
