# tenure_module(NAME [INTO <modules below>...] [LINK <private libraries>...])
#
# One folder under src/ is one static library `tenure_NAME` and one namespace. The modules it may include are
# PUBLIC links because their types appear in its headers; third-party libraries are PRIVATE: a library has one
# folder that uses it.
function(tenure_module name)
  cmake_parse_arguments(arg "" "" "ON;LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cc)
  add_library(tenure_${name} STATIC ${sources})
  target_include_directories(tenure_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(tenure_${name} PUBLIC fmt::fmt Threads::Threads PRIVATE tenure_compiler ${arg_LINK})
  foreach(module IN LISTS arg_ON)
    target_link_libraries(tenure_${name} PUBLIC tenure_${module})
  endforeach()
  file(GLOB statements CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/sql/*.sql)
  if(statements)
    tenure_embed_sql(${name} ${statements})
  endif()
endfunction()
