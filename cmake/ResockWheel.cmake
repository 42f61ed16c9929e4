# What a wheel holds beside the Python sources: the component `python` (pyproject.toml).

# One file with the name that programs look for: a wheel has no links.
set_target_properties(resock PROPERTIES VERSION ${PROJECT_VERSION_MAJOR})
set_target_properties(resock_python PROPERTIES INSTALL_RPATH "$ORIGIN")
install(TARGETS resock resock_python LIBRARY DESTINATION resock COMPONENT python NAMELINK_SKIP)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/capi/include/" DESTINATION resock/include
    COMPONENT python)
install(TARGETS resock_cli RUNTIME DESTINATION "${SKBUILD_SCRIPTS_DIR}" COMPONENT python)
