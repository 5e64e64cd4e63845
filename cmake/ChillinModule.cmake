# chillin_module(NAME <name> DIR <folder under server/src> DEPS <modules> LIBS <libraries>)
#
# One static library per module, named chillin_<name>. DEPS are the modules it may include; scripts/check-includes holds
# the sources to the same list. Private headers end in _asio.h, _beast.h, _sqlite.h or _pq.h and are included by .cc files only.
function(chillin_module)
  cmake_parse_arguments(M "" "NAME;DIR" "DEPS;LIBS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/server/src/${M_DIR}/*.cc" "${PROJECT_SOURCE_DIR}/server/src/${M_DIR}/*.h")
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  set(cc ${sources})
  list(FILTER cc INCLUDE REGEX "\\.cc$")
  if(cc)
    add_library(chillin_${M_NAME} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(chillin_${M_NAME} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(chillin_${M_NAME} ${scope} "${PROJECT_SOURCE_DIR}/server/src")
  target_link_libraries(chillin_${M_NAME} ${scope} chillin_flags ${M_LIBS})
  foreach(dep IN LISTS M_DEPS)
    target_link_libraries(chillin_${M_NAME} ${scope} chillin_${dep})
  endforeach()
endfunction()

# chillin_embed_migrations(MODULE <name> DIR <folder under server/src> NAMESPACE <a::b>)
#
# The files of <folder>/migrations stand in the binary as they stand in the folder; <folder>/embedded_migrations.h
# declares how they are reached.
function(chillin_embed_migrations)
  cmake_parse_arguments(E "" "MODULE;DIR;NAMESPACE" "" ${ARGN})
  file(GLOB files CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/src/${E_DIR}/migrations/*.sql")
  set(out "${CMAKE_CURRENT_BINARY_DIR}/embedded_${E_MODULE}_migrations.cc")
  add_custom_command(OUTPUT "${out}"
    COMMAND "${CMAKE_COMMAND}" "-DOUT=${out}" "-DNAMESPACE=${E_NAMESPACE}" "-DHEADER=${E_DIR}/embedded_migrations.h"
      "-DFILES=${files}" -P "${PROJECT_SOURCE_DIR}/cmake/EmbedText.cmake"
    DEPENDS ${files} "${PROJECT_SOURCE_DIR}/cmake/EmbedText.cmake" VERBATIM)
  target_sources(chillin_${E_MODULE} PRIVATE "${out}")
endfunction()

# chillin_unit_tests(NAME <name> DEPS <modules>): tests/unit/<name>/*_test.cc become one program, unit_<name>.
function(chillin_unit_tests)
  cmake_parse_arguments(T "" "NAME" "DEPS;LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/unit/${T_NAME}/*.cc" "${PROJECT_SOURCE_DIR}/tests/unit/${T_NAME}/*.h")
  set(cc ${sources})
  list(FILTER cc INCLUDE REGEX "\\.cc$")
  if(NOT cc)
    return()
  endif()
  add_executable(unit_${T_NAME} ${sources})
  target_include_directories(unit_${T_NAME} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  target_link_libraries(unit_${T_NAME} PRIVATE chillin_flags GTest::gtest GTest::gtest_main GTest::gmock ${T_LIBS})
  foreach(dep IN LISTS T_DEPS)
    target_link_libraries(unit_${T_NAME} PRIVATE chillin_${dep})
  endforeach()
  add_test(NAME unit_${T_NAME} COMMAND unit_${T_NAME})
  set_tests_properties(unit_${T_NAME} PROPERTIES TIMEOUT 300 LABELS unit)
endfunction()

# chillin_fuzz_target(NAME <name> DEPS <modules>): tests/fuzz/<name>.cc holds LLVMFuzzerTestOneInput.
# In the fuzz preset it searches; in every other preset it is linked with a driver that replays tests/fuzz/corpus/<name>
# and tests/fuzz/crashes/<name>, file by file, and fails on the first that misbehaves.
function(chillin_fuzz_target)
  cmake_parse_arguments(F "" "NAME" "DEPS;LIBS" ${ARGN})
  add_executable(fuzz_${F_NAME} "${PROJECT_SOURCE_DIR}/tests/fuzz/${F_NAME}.cc")
  target_link_libraries(fuzz_${F_NAME} PRIVATE chillin_flags ${F_LIBS})
  foreach(dep IN LISTS F_DEPS)
    target_link_libraries(fuzz_${F_NAME} PRIVATE chillin_${dep})
  endforeach()
  if(CHILLIN_SANITIZE STREQUAL "fuzz")
    target_link_options(fuzz_${F_NAME} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(fuzz_${F_NAME} PRIVATE "${PROJECT_SOURCE_DIR}/tests/fuzz/replay_main.cc")
    add_test(NAME fuzz_${F_NAME} COMMAND fuzz_${F_NAME}
      "${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${F_NAME}" "${PROJECT_SOURCE_DIR}/tests/fuzz/crashes/${F_NAME}")
    set_tests_properties(fuzz_${F_NAME} PROPERTIES TIMEOUT 300 LABELS fuzz)
  endif()
endfunction()
