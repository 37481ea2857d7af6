# SPDX-License-Identifier: Apache-2.0
# One static library a folder. A library publishes one include root that holds nothing but a link to
# its own folder, so an #include of a folder that it does not depend on does not compile.
#
#   fb_library(engine/value                 the folder, from the root; the target is fb_engine_value
#       SOURCES a.cpp b.cpp
#       DEPS engine/base                    folders whose headers it may include (passed on to users)
#       LINK PUBLIC fmt::fmt PRIVATE z)     anything else, as in target_link_libraries
include_guard(GLOBAL)

function(fb_target_name folder out)
    string(REPLACE "/" "_" name "${folder}")
    set(${out} "fb_${name}" PARENT_SCOPE)
endfunction()

function(fb_include_root folder target out)
    set(root "${CMAKE_BINARY_DIR}/inc/${target}")
    cmake_path(GET folder PARENT_PATH parent)
    file(MAKE_DIRECTORY "${root}/${parent}")
    if(NOT EXISTS "${root}/${folder}")
        file(CREATE_LINK "${CMAKE_SOURCE_DIR}/${folder}" "${root}/${folder}" SYMBOLIC)
    endif()
    set(${out} "${root}" PARENT_SCOPE)
endfunction()

function(fb_library folder)
    cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LINK" ${ARGN})
    fb_target_name(${folder} target)
    add_library(${target} STATIC ${ARG_SOURCES})
    fb_include_root(${folder} ${target} root)
    target_include_directories(${target} PUBLIC "${root}")
    foreach(dep IN LISTS ARG_DEPS)
        fb_target_name(${dep} dep_target)
        target_link_libraries(${target} PUBLIC ${dep_target})
    endforeach()
    if(ARG_LINK)
        target_link_libraries(${target} ${ARG_LINK})
    endif()
    target_link_libraries(${target} PRIVATE fb_warnings)
    set_property(GLOBAL APPEND PROPERTY FB_LIBRARIES ${target})
endfunction()

# fb_program(name FOLDER app/cli SOURCES … DEPS … LINK …): an executable in build/<preset>/bin.
function(fb_program name)
    cmake_parse_arguments(ARG "" "FOLDER" "SOURCES;DEPS;LINK" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    fb_include_root(${ARG_FOLDER} ${name} root)
    target_include_directories(${name} PRIVATE "${root}")
    foreach(dep IN LISTS ARG_DEPS)
        fb_target_name(${dep} dep_target)
        target_link_libraries(${name} PRIVATE ${dep_target})
    endforeach()
    target_link_libraries(${name} PRIVATE fb_warnings ${ARG_LINK})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
endfunction()

# fb_test(name LABEL unit SOURCES … DEPS … LINK …): a GoogleTest program, one CTest entry.
function(fb_test name)
    cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "SOURCES;DEPS;LINK;ARGS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    foreach(dep IN LISTS ARG_DEPS)
        fb_target_name(${dep} dep_target)
        target_link_libraries(${name} PRIVATE ${dep_target})
    endforeach()
    target_link_libraries(${name} PRIVATE fb_warnings GTest::gtest GTest::gtest_main ${ARG_LINK})
    target_compile_definitions(${name} PRIVATE FB_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                               FB_BUILD_DIR="${CMAKE_BINARY_DIR}")
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    add_test(NAME ${name} COMMAND ${name} ${ARG_ARGS})
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABEL}")
    if(ARG_TIMEOUT)
        set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT})
    endif()
endfunction()
