// The shipped dictionary as it lies in the source tree, inside the program's read-only data.
    .section .rodata
    .balign 16
    .globl loam_mail_dict_begin
    .globl loam_mail_dict_end
loam_mail_dict_begin:
    .incbin "engine/codec/mail.dict"
loam_mail_dict_end:
    .byte 0
    .section .note.GNU-stack, "", %progbits
