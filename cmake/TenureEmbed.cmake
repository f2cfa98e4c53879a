# tenure_embed_sql(MODULE FILES...): every src/MODULE/sql/verb_noun.sql becomes the constant
# tenure::MODULE::sql::kVerbNoun of type pg::Sql, in the generated header "MODULE/sql.h".
#
# tenure_embed_file(TARGET NAMESPACE HEADER CONSTANT FILE): FILE becomes a std::string_view constant.
set(TENURE_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed.cmake)

function(tenure_embed_sql module)
  set(header ${CMAKE_BINARY_DIR}/generated/${module}/sql.h)
  add_custom_command(OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -DMODE=sql -DMODULE=${module} -DHEADER=${header} "-DFILES=${ARGN}" -P ${TENURE_EMBED_SCRIPT}
    DEPENDS ${ARGN} ${TENURE_EMBED_SCRIPT} VERBATIM COMMENT "Embedding SQL of ${module}")
  add_custom_target(tenure_${module}_sql DEPENDS ${header})
  add_dependencies(tenure_${module} tenure_${module}_sql)
  target_sources(tenure_${module} PRIVATE ${header})
  target_include_directories(tenure_${module} PRIVATE ${CMAKE_BINARY_DIR}/generated)
endfunction()

function(tenure_embed_file target namespace header constant file)
  set(path ${CMAKE_BINARY_DIR}/generated/${header})
  add_custom_command(OUTPUT ${path}
    COMMAND ${CMAKE_COMMAND} -DMODE=file -DNAMESPACE=${namespace} -DCONSTANT=${constant} -DHEADER=${path} "-DFILES=${file}"
            -P ${TENURE_EMBED_SCRIPT}
    DEPENDS ${file} ${TENURE_EMBED_SCRIPT} VERBATIM COMMENT "Embedding ${file}")
  target_sources(${target} PRIVATE ${path})
  target_include_directories(${target} PRIVATE ${CMAKE_BINARY_DIR}/generated)
endfunction()
