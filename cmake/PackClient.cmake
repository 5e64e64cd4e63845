# cmake -DDIST=<client/dist> -DOUT=<archive> -DSCRIPT=<scripts/pack-client.mjs> "-DNODE_HINT=<folder>" -P PackClient.cmake
# Packs the built client into the archive that server/src/web embeds. Where the client has not been built the archive is
# empty, so that the server can be compiled and tested without Node.js. Does not touch an archive that is right already.
if(EXISTS "${DIST}/index.html")
  find_program(NODE_PROGRAM NAMES node HINTS "${NODE_HINT}")
  if(NOT NODE_PROGRAM)
    message(FATAL_ERROR "client/dist is there, but Node.js, which packs it, is not (scripts/install-deps build installs it)")
  endif()
  execute_process(COMMAND "${NODE_PROGRAM}" "${SCRIPT}" "${DIST}" "${OUT}" COMMAND_ERROR_IS_FATAL ANY)
else()
  set(size -1)
  if(EXISTS "${OUT}")
    file(SIZE "${OUT}" size)
  endif()
  if(NOT size EQUAL 0)
    file(WRITE "${OUT}" "")
  endif()
endif()
