# What `cmake --install` lays down: the library and its headers, the command, the scripts, and what CMake and pkg-config
# need to find them. The folder may be moved afterwards: nothing in it says where it was first.
include(CMakePackageConfigHelpers)

get_target_property(AMONT_LIBRARY_TYPE amont TYPE)
if(AMONT_LIBRARY_TYPE STREQUAL "SHARED_LIBRARY")
  set(AMONT_IS_SHARED TRUE)
else()
  set(AMONT_IS_SHARED FALSE)
endif()

target_compile_features(amont PUBLIC cxx_std_20)
# Before 1.0 a minor version may change the ABI.
set_target_properties(amont PROPERTIES EXPORT_NAME amont VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_LIBDIR BASE_DIRECTORY ${CMAKE_INSTALL_FULL_BINDIR} OUTPUT_VARIABLE to_library)
set_target_properties(amont_command PROPERTIES INSTALL_RPATH "$ORIGIN/${to_library}")

install(TARGETS amont EXPORT AmontTargets)
install(TARGETS amont_command)
install(DIRECTORY core/include/amont query/include/amont DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(DIRECTORY scripts DESTINATION ${CMAKE_INSTALL_DATADIR}/amont FILES_MATCHING PATTERN "*.lua"
  PATTERN "verify_bundle.py")

set(AMONT_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/Amont)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/AmontConfig.cmake.in ${PROJECT_BINARY_DIR}/AmontConfig.cmake
  INSTALL_DESTINATION ${AMONT_CMAKE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/AmontConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(EXPORT AmontTargets NAMESPACE Amont:: DESTINATION ${AMONT_CMAKE_DIR})
install(FILES ${PROJECT_BINARY_DIR}/AmontConfig.cmake ${PROJECT_BINARY_DIR}/AmontConfigVersion.cmake
  DESTINATION ${AMONT_CMAKE_DIR})

# pkg-config: paths are told from the .pc file itself. A folder given as an absolute path stays absolute.
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig
  OUTPUT_VARIABLE AMONT_PC_TO_PREFIX)
foreach(dir LIBDIR INCLUDEDIR)
  if(IS_ABSOLUTE ${CMAKE_INSTALL_${dir}})
    set(AMONT_PC_${dir} ${CMAKE_INSTALL_${dir}})
  else()
    set(AMONT_PC_${dir} "\${prefix}/${CMAKE_INSTALL_${dir}}")
  endif()
endforeach()
# A static library's users link what it needs; pkg-config would tell them only with --static, which they would forget.
if(NOT AMONT_IS_SHARED)
  set(AMONT_PC_REQUIRES "rocksdb, capnp, libcrypto, fmt, libzstd, libxxhash, libseccomp, serd-0, expat, lua5.4")
  set(AMONT_PC_LIBS "-lroaring -pthread")
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/amont.pc.in ${PROJECT_BINARY_DIR}/amont.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/amont.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
