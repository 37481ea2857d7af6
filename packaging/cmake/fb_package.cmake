# SPDX-License-Identifier: Apache-2.0
# The Debian package. The programs lie side by side in libexec, where each finds the others, and are
# reached through links in bin; Linux tells a program its real place, so the links do not mislead it.
include_guard(GLOBAL)

include(GNUInstallDirs)
set(packaging "${CMAKE_SOURCE_DIR}/packaging")

# The link in bin and the manual page of a program.
function(fb_install_entry program)
    file(RELATIVE_PATH target "${CMAKE_INSTALL_FULL_BINDIR}"
        "${CMAKE_INSTALL_PREFIX}/${FB_INSTALL_PROGRAMS}/${program}")
    set(link "${CMAKE_BINARY_DIR}/links/${program}")
    file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/links")
    file(CREATE_LINK "${target}" "${link}" SYMBOLIC)
    install(FILES "${link}" DESTINATION "${CMAKE_INSTALL_BINDIR}")
    set(page "${CMAKE_BINARY_DIR}/links/${program}.1.gz")
    execute_process(COMMAND gzip -9nc "${packaging}/debian/${program}.1" OUTPUT_FILE "${page}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${packaging}/debian/${program}.1")
    install(FILES "${page}" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
endfunction()

fb_install_entry(fuseboard-cli)
if(FB_WINDOW)
    fb_install_entry(fuseboard)
    install(FILES "${packaging}/org.fuseboard.Fuseboard.desktop"
        DESTINATION "${CMAKE_INSTALL_DATADIR}/applications")
    install(FILES "${packaging}/org.fuseboard.Fuseboard.metainfo.xml"
        DESTINATION "${CMAKE_INSTALL_DATADIR}/metainfo")
endif()
install(FILES "${packaging}/debian/copyright" "${CMAKE_SOURCE_DIR}/NOTICE"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/fuseboard")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME fuseboard)
set(CPACK_PACKAGE_VENDOR "The Fuseboard maintainers")
set(CPACK_PACKAGE_CONTACT "The Fuseboard maintainers <maintainers@fuseboard.invalid>")
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "desktop designer and profiler for dataflow pipelines")
set(CPACK_PACKAGE_DESCRIPTION
"Fuseboard draws or imports a dataflow pipeline, shows the graph as drawn
beside the optimised one, runs the same data through both and keeps every
figure in a database. The command line does all of it without a display.")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# What dpkg-shlibdeps cannot see: the fonts, and the plugin by which Qt reads SVG icons.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "fonts-inter, fonts-jetbrains-mono, libqt6svg6")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "qt6-wayland")
include(CPack)
