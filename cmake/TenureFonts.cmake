# tenure_fonts: DejaVu Sans as bytes in the binary, so that a PDF looks alike wherever it is made. Each font is there as
# tenure_font_{regular,bold}_{start,end}.
set(TENURE_FONT_FOLDER /usr/share/fonts/truetype/dejavu CACHE PATH "Where DejaVuSans.ttf and DejaVuSans-Bold.ttf are")

function(tenure_font name file)
  set(object ${CMAKE_BINARY_DIR}/fonts/${name}.o)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/fonts)
  add_custom_command(OUTPUT ${object} WORKING_DIRECTORY ${CMAKE_BINARY_DIR}/fonts
    COMMAND ${CMAKE_COMMAND} -E copy ${TENURE_FONT_FOLDER}/${file} ${name}
    COMMAND ${CMAKE_LINKER} -r -b binary -z noexecstack -o ${name}.o ${name}
    COMMAND ${CMAKE_OBJCOPY} --rename-section .data=.rodata,alloc,load,readonly,data,contents
      --redefine-sym _binary_${name}_start=tenure_font_${name}_start
      --redefine-sym _binary_${name}_end=tenure_font_${name}_end ${name}.o
    DEPENDS ${TENURE_FONT_FOLDER}/${file} VERBATIM COMMENT "Embedding ${file}")
  target_sources(tenure_fonts PRIVATE ${object})
  set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
endfunction()

add_library(tenure_fonts STATIC)
set_target_properties(tenure_fonts PROPERTIES LINKER_LANGUAGE CXX)
tenure_font(regular DejaVuSans.ttf)
tenure_font(bold DejaVuSans-Bold.ttf)
