# cmake -DOUT=<file.cc> -DNAMESPACE=<a::b> -DHEADER=<include> "-DFILES=<a;b>" -P EmbedText.cmake
# Writes a source that defines kEmbeddedFiles: each file's name and text, in the order of their names.
list(SORT FILES)
set(entries "")
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME_WE)
  file(READ "${file}" text)
  string(APPEND entries "    {\"${name}\", R\"__text__(${text})__text__\"},\n")
endforeach()
list(LENGTH FILES count)
file(WRITE "${OUT}" "#include \"${HEADER}\"\n\nnamespace ${NAMESPACE} {\n\nnamespace {\nconstexpr EmbeddedFile kFiles[] = {\n${entries}};\n}  // namespace\n\nstd::span<const EmbeddedFile> embedded_migrations() { return kFiles; }\n\n}  // namespace ${NAMESPACE}\n")
