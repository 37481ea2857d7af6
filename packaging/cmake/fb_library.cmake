# SPDX-License-Identifier: Apache-2.0
# One static library a folder. A library publishes one include root that holds nothing but a link to
# its own folder, so an #include of a folder that it does not depend on does not compile.
#
#   fb_library(engine/value                 the folder, from the root; the target is fb_engine_value
#       SOURCES a.cpp b.cpp                 none: a library of headers only
#       DEPS engine/base                    folders whose headers it may include (passed on to users)
#       LINK PUBLIC fmt::fmt PRIVATE z      anything else, as in target_link_libraries
#       QT)                                 uses Qt Widgets: runs moc and links it
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

# Links the libraries of other folders, and Qt if asked for.
function(fb_link target scope use_qt)
    foreach(dep IN LISTS ARGN)
        fb_target_name(${dep} dep_target)
        target_link_libraries(${target} ${scope} ${dep_target})
    endforeach()
    if(use_qt)
        # moc of Qt 6.4 cannot read <concepts> of GCC 12; with its guard set, it does not try to.
        set_target_properties(${target} PROPERTIES AUTOMOC ON
            AUTOMOC_MOC_OPTIONS "-D_GLIBCXX_CONCEPTS")
        target_link_libraries(${target} ${scope} Qt6::Widgets Qt6::Svg)
    endif()
endfunction()

function(fb_library folder)
    cmake_parse_arguments(ARG "QT" "" "SOURCES;DEPS;LINK" ${ARGN})
    fb_target_name(${folder} target)
    set(scope PUBLIC)
    if(ARG_SOURCES)
        add_library(${target} STATIC ${ARG_SOURCES})
        target_link_libraries(${target} PRIVATE fb_warnings)
    else()
        add_library(${target} INTERFACE)
        set(scope INTERFACE)
    endif()
    fb_include_root(${folder} ${target} root)
    target_include_directories(${target} ${scope} "${root}")
    fb_link(${target} ${scope} ${ARG_QT} ${ARG_DEPS})
    if(ARG_LINK)
        target_link_libraries(${target} ${ARG_LINK})
    endif()
    set_property(GLOBAL APPEND PROPERTY FB_LIBRARIES ${target})
endfunction()

# fb_program(name FOLDER app/cli SOURCES … DEPS … LINK … [QT]): an executable in build/<preset>/bin.
# All programs are installed side by side, so that each finds the others beside itself.
function(fb_program name)
    cmake_parse_arguments(ARG "QT" "FOLDER" "SOURCES;DEPS;LINK" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    fb_include_root(${ARG_FOLDER} ${name} root)
    target_include_directories(${name} PRIVATE "${root}")
    fb_link(${name} PRIVATE ${ARG_QT} ${ARG_DEPS})
    target_link_libraries(${name} PRIVATE fb_warnings fb_version ${ARG_LINK})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
    if(FB_LTO)
        target_link_options(${name} PRIVATE -flto=auto)
    endif()
    install(TARGETS ${name} RUNTIME DESTINATION "${FB_INSTALL_PROGRAMS}")
endfunction()

# Where a test may write, and what keeps it from the user's own settings and database.
function(fb_test_environment name out)
    set(home "${CMAKE_BINARY_DIR}/test-home/${name}")
    file(MAKE_DIRECTORY "${home}")
    set(${out} "LC_ALL=C.UTF-8" "HOME=${home}" "XDG_DATA_HOME=${home}/data"
        "XDG_CONFIG_HOME=${home}/config" "XDG_CACHE_HOME=${home}/cache"
        "XDG_STATE_HOME=${home}/state" "QT_QPA_PLATFORM=offscreen" PARENT_SCOPE)
endfunction()

# fb_test(name LABEL unit SOURCES … DEPS … LINK … [ARGS …] [TIMEOUT s] [QT]): a GoogleTest program,
# one CTest entry. LABEL may name several. The target fb_tests_<label> builds the tests of a label.
function(fb_test name)
    cmake_parse_arguments(ARG "QT" "TIMEOUT" "LABEL;SOURCES;DEPS;LINK;ARGS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    fb_include_root(tests ${name} root)
    target_include_directories(${name} PRIVATE "${root}")
    fb_link(${name} PRIVATE ${ARG_QT} ${ARG_DEPS})
    if(ARG_QT)
        target_link_libraries(${name} PRIVATE Qt6::Test)
    endif()
    target_link_libraries(${name} PRIVATE fb_warnings GTest::gtest GTest::gtest_main ${ARG_LINK})
    target_compile_definitions(${name} PRIVATE FB_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                               FB_BUILD_DIR="${CMAKE_BINARY_DIR}")
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    add_test(NAME ${name} COMMAND ${name} ${ARG_ARGS})
    fb_test_environment(${name} environment)
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABEL}" ENVIRONMENT "${environment}")
    if(ARG_TIMEOUT)
        set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT})
    endif()
    foreach(label IN LISTS ARG_LABEL)
        if(NOT TARGET fb_tests_${label})
            add_custom_target(fb_tests_${label})
        endif()
        add_dependencies(fb_tests_${label} ${name})
    endforeach()
endfunction()
