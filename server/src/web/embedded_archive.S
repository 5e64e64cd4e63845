// The archive of the web client, between two symbols. Assembled again when the archive changes, and nothing else is.
// CHILLIN_CLIENT_ARCHIVE is its path, as a string.
    .section .rodata
    .balign 16
    .globl chillin_client_archive_begin
    .hidden chillin_client_archive_begin
chillin_client_archive_begin:
    .incbin CHILLIN_CLIENT_ARCHIVE
    .globl chillin_client_archive_end
    .hidden chillin_client_archive_end
chillin_client_archive_end:
    // An empty archive still gets an address of its own.
    .byte 0
    .section .note.GNU-stack, "", %progbits
