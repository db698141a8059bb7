# What every target of Loam shares: the language, the warnings, the sanitizers, one precompiled header.
include(CheckPIESupported)
check_pie_supported()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
# One precompiled header serves libraries and executables alike, so both are compiled the same way.
set(CMAKE_CXX_COMPILE_OPTIONS_PIE ${CMAKE_CXX_COMPILE_OPTIONS_PIC})
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)

find_program(LOAM_CCACHE ccache)
if(LOAM_CCACHE)
  # The sloppiness that ccache's manual asks for where precompiled headers are used.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${LOAM_CCACHE})
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
if(LOAM_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()

add_library(loam_options INTERFACE)
target_include_directories(loam_options INTERFACE ${CMAKE_SOURCE_DIR})
target_link_libraries(loam_options INTERFACE Threads::Threads)
target_compile_options(loam_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Wno-unused-command-line-argument
  -fno-omit-frame-pointer $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-Xclang> $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-fno-pch-timestamp>)
target_compile_options(loam_options INTERFACE $<$<CONFIG:RelWithDebInfo>:-O2> $<$<CONFIG:Debug>:-O1>)
if(LOAM_WERROR)
  target_compile_options(loam_options INTERFACE -Werror)
endif()
if(LOAM_DEBUG_CHECKS)
  target_compile_definitions(loam_options INTERFACE LOAM_DEBUG_CHECKS=1)
endif()
if(LOAM_SANITIZE)
  target_compile_options(loam_options INTERFACE -fsanitize=${LOAM_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(loam_options INTERFACE -fsanitize=${LOAM_SANITIZE})
endif()
if(LOAM_FUZZ)
  target_compile_options(loam_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
target_link_options(loam_options INTERFACE -fuse-ld=lld-19)

add_library(loam_pch OBJECT ${CMAKE_SOURCE_DIR}/tools/cmake/pch.cc)
target_link_libraries(loam_pch PUBLIC loam_options)
target_precompile_headers(loam_pch PRIVATE ${CMAKE_SOURCE_DIR}/tools/cmake/pch.h)

# LOAM_FAULT=NAME plants a fault of tests/crash/faults.toml, to see that the tests find it.
if(LOAM_FAULT)
  execute_process(COMMAND ${CMAKE_SOURCE_DIR}/tools/faults --plant ${LOAM_FAULT} ${CMAKE_BINARY_DIR}/planted
                  OUTPUT_VARIABLE LOAM_PLANTED COMMAND_ERROR_IS_FATAL ANY)
  list(GET LOAM_PLANTED 0 LOAM_FAULT_SOURCE)
  list(GET LOAM_PLANTED 1 LOAM_FAULT_CHANGED)
endif()

# loam_library(NAME SOURCES a.cc b.cc LINKS other_lib ... [PRIVATE_LINKS lib ...])
function(loam_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  if(LOAM_FAULT)
    list(TRANSFORM ARG_SOURCES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
    list(TRANSFORM ARG_SOURCES REPLACE "^${LOAM_FAULT_SOURCE}$" ${LOAM_FAULT_CHANGED})
  endif()
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC loam_options ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
    target_precompile_headers(${name} REUSE_FROM loam_pch)
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE loam_options ${ARG_LINKS})
  endif()
endfunction()

# loam_executable(NAME SOURCES a.cc LINKS lib ...)
function(loam_executable name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE loam_options ${ARG_LINKS})
  target_precompile_headers(${name} REUSE_FROM loam_pch)
endfunction()

# loam_test(NAME SOURCES a_test.cc LINKS lib ... [TIMEOUT seconds]): one program, each TEST a ctest test.
function(loam_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINKS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  loam_executable(${name} SOURCES ${ARG_SOURCES} LINKS ${ARG_LINKS} GTest::gtest_main)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT ${ARG_TIMEOUT})
endfunction()

# loam_fuzz(NAME SOURCES fuzz_x.cc LINKS lib ...): a libFuzzer program under the fuzz preset. In every other
# build the same file, linked with a main of ours, is a test that replays tests/fuzz/corpus/NAME.
function(loam_fuzz name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  if(LOAM_FUZZ)
    loam_executable(${name} SOURCES ${ARG_SOURCES} LINKS ${ARG_LINKS})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    loam_executable(${name} SOURCES ${ARG_SOURCES} ${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cc LINKS ${ARG_LINKS})
    add_test(NAME ${name} COMMAND ${name} ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
  endif()
endfunction()
