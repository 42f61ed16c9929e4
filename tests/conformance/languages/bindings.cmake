# The drivers of Java and C#, where their bindings are built: included behind these.

if(TARGET resock_java)
    set(classes "${PROJECT_BINARY_DIR}/tests/conformance_java")
    set(face "${PROJECT_SOURCE_DIR}/bindings/java/src/main/java")
    file(GLOB drivers CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/java/*.java")
    file(GLOB faces CONFIGURE_DEPENDS "${face}/org/resock/*.java")
    add_custom_command(OUTPUT "${classes}/built"
        COMMAND "${CMAKE_COMMAND}" -E rm -rf "${classes}"
        COMMAND "${RESOCK_JAVAC}" --release 11 -implicit:class -d "${classes}" -sourcepath
            "${face}:${PROJECT_BINARY_DIR}/bindings/java/generated" ${drivers} ${faces}
        COMMAND "${CMAKE_COMMAND}" -E touch "${classes}/built"
        DEPENDS resock_java ${drivers} ${faces}
        COMMENT "The Java driver of the conformance test" VERBATIM)
    add_custom_target(conformance_driver_java ALL DEPENDS "${classes}/built")
endif()

if(TARGET resock_csharp_files AND RESOCK_MCS)
    set(folder "${PROJECT_BINARY_DIR}/bindings/csharp")
    file(GLOB drivers CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/csharp/*.cs")
    add_custom_command(OUTPUT "${folder}/ConformanceDriver.exe"
        COMMAND "${RESOCK_MCS}" -langversion:7.2 -warn:4 -warnaserror -r:System.Core
            "-r:${folder}/Resock.dll" "-out:${folder}/ConformanceDriver.exe" ${drivers}
        DEPENDS resock_csharp_files ${drivers}
        COMMENT "The C# driver of the conformance test" VERBATIM)
    add_custom_target(conformance_driver_csharp ALL DEPENDS "${folder}/ConformanceDriver.exe")
endif()
