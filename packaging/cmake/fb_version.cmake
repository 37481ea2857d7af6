# SPDX-License-Identifier: Apache-2.0
# fb_version: the header "fuseboard/version.h", from project(VERSION) and the commit being built.
# Only app/ and tests/ use it; libraries are told the version as a plain value.
include_guard(GLOBAL)

set(FB_INSTALL_PROGRAMS "${CMAKE_INSTALL_LIBEXECDIR}/fuseboard")
set(FB_INSTALL_DATA "${CMAKE_INSTALL_DATADIR}/fuseboard")
file(RELATIVE_PATH FB_SAMPLES_FROM_PROGRAMS "${CMAKE_INSTALL_PREFIX}/${FB_INSTALL_PROGRAMS}"
    "${CMAKE_INSTALL_PREFIX}/${FB_INSTALL_DATA}/samples")

set(generated "${CMAKE_BINARY_DIR}/generated")
configure_file("${CMAKE_CURRENT_LIST_DIR}/version.h.in" "${generated}/fuseboard/version.h" @ONLY)
add_custom_target(fb_commit
    COMMAND "${CMAKE_COMMAND}" "-DSOURCE_DIR=${CMAKE_SOURCE_DIR}" "-DOUTPUT=${generated}/build_commit.cpp"
            -P "${CMAKE_CURRENT_LIST_DIR}/write_commit.cmake"
    BYPRODUCTS "${generated}/build_commit.cpp" VERBATIM)
add_library(fb_version STATIC "${generated}/build_commit.cpp")
add_dependencies(fb_version fb_commit)
target_include_directories(fb_version PUBLIC "${generated}")
