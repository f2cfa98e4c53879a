# Warnings, sanitizers, coverage, linker and compiler cache for every target of the project.
add_library(tenure_compiler INTERFACE)
target_compile_options(tenure_compiler INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wcast-qual -Wno-missing-field-initializers -Wformat=2 -Werror
  # GCC 12 reports these from inside the standard library when it optimises.
  $<$<CONFIG:Release>:-Wno-array-bounds$<SEMICOLON>-Wno-stringop-overflow$<SEMICOLON>-Wno-restrict$<SEMICOLON>-Wno-maybe-uninitialized>)
if(TENURE_SANITIZE)
  target_compile_options(tenure_compiler INTERFACE -fsanitize=${TENURE_SANITIZE} -fno-omit-frame-pointer
    # GCC 12 reports false positives from inside the standard library when it instruments.
    -Wno-maybe-uninitialized)
  target_link_options(tenure_compiler INTERFACE -fsanitize=${TENURE_SANITIZE})
  if(TENURE_SANITIZE MATCHES "undefined")
    target_compile_options(tenure_compiler INTERFACE -fno-sanitize-recover=undefined)
  endif()
endif()
if(TENURE_FAILPOINTS)
  target_compile_definitions(tenure_compiler INTERFACE TENURE_FAILPOINTS)
endif()
if(TENURE_COVERAGE)
  # With -pthread GCC counts atomically; ccache takes no command with -fprofile-update, which says the same.
  target_compile_options(tenure_compiler INTERFACE --coverage -pthread)
  target_link_options(tenure_compiler INTERFACE --coverage)
endif()
find_program(TENURE_CCACHE ccache)
if(TENURE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${TENURE_CCACHE})
endif()
find_program(TENURE_MOLD mold)
if(TENURE_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
