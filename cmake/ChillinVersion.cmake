# The commit goes into --version, so that an operator can say exactly what runs; a tarball without git says "unknown",
# unless the environment names the commit, as the build of an image does.
set(CHILLIN_COMMIT "$ENV{CHILLIN_COMMIT}")
if(NOT CHILLIN_COMMIT)
  execute_process(COMMAND git -C "${PROJECT_SOURCE_DIR}" rev-parse --short=12 HEAD
    OUTPUT_VARIABLE CHILLIN_COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT CHILLIN_COMMIT)
  set(CHILLIN_COMMIT unknown)
endif()
