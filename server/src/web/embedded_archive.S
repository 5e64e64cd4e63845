// The archive of the web client, between two symbols. Assembled again when the archive changes, and nothing else is.
// CHILLIN_CLIENT_ARCHIVE is its path, as a string.
    .section .rodata
    .balign 16
    .globl kChillinClientArchiveBegin
    .hidden kChillinClientArchiveBegin
kChillinClientArchiveBegin:
    .incbin CHILLIN_CLIENT_ARCHIVE
    .globl kChillinClientArchiveEnd
    .hidden kChillinClientArchiveEnd
kChillinClientArchiveEnd:
    // An empty archive still gets an address of its own.
    .byte 0
    .section .note.GNU-stack, "", %progbits
