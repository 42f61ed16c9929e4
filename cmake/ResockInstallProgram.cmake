# The command line, its man page and its completions: a part of ResockInstall.cmake.

# The system's own folders need no search path; anywhere else the tree can be moved.
if(NOT CMAKE_INSTALL_PREFIX STREQUAL "/usr")
    resock_relative(libdir "${CMAKE_INSTALL_BINDIR}" "${CMAKE_INSTALL_LIBDIR}")
    set_target_properties(resock_cli PROPERTIES INSTALL_RPATH "$ORIGIN/${libdir}")
endif()
install(TARGETS resock_cli RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT program)

if(TARGET resock_man)
    resock_gzip(resock_man_file "${PROJECT_BINARY_DIR}/cli/resock.1" resock_man)
    install(FILES "${resock_man_file}" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1"
        COMPONENT program)
endif()

# resock_completion(shell folder file): what `resock completion SHELL` prints, installed.
function(resock_completion shell folder file)
    set(made "${resock_generated}/${file}")
    add_custom_command(OUTPUT "${made}" COMMAND resock_cli completion ${shell} > "${made}"
        DEPENDS resock_cli VERBATIM)
    add_custom_target(resock_completion_${shell} ALL DEPENDS "${made}")
    install(FILES "${made}" DESTINATION "${CMAKE_INSTALL_DATADIR}/${folder}" COMPONENT program)
endfunction()

if(CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR)
    message(STATUS "Cross-compiling without an emulator: shell completions are not installed")
elseif(IS_DIRECTORY "${PROJECT_SOURCE_DIR}/cli/completion")
    resock_completion(bash bash-completion/completions resock)
    # Where zsh looks: Debian's own folder for packages, else the usual one.
    set(zsh_folder zsh/site-functions)
    if(CMAKE_INSTALL_PREFIX STREQUAL "/usr" AND EXISTS "/etc/debian_version")
        set(zsh_folder zsh/vendor-completions)
    endif()
    resock_completion(zsh ${zsh_folder} _resock)
    resock_completion(fish fish/vendor_completions.d resock.fish)
endif()
