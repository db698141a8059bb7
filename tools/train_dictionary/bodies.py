"""Bodies of mail: plain text, patches, HTML of several makers, bounces, invitations."""

import quopri

from headers import MONTHS, DAYS
from words import LANGUAGES


def paragraph(r, language, sentences):
    return " ".join(r.choice(LANGUAGES[language]) for _ in range(sentences))


def wrap(text, width=72):
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + len(word) >= width:
            lines.append(line)
            line = ""
        line = f"{line} {word}" if line else word
    return "\n".join(lines + [line])


GREETINGS = {"de": "Hallo {},", "fr": "Bonjour {},", "es": "Estimado {}:", "ru": "Здравствуйте, {}!"}


def plain(s, language):
    r = s.random
    parts = []
    if r.random() < 0.5:
        who = f"{s.to_first} {s.to_last} <{s.to_address}>"
        parts.append(r.choice([
            f"On {r.choice(DAYS)}, {s.month} {s.day}, {s.year} at {r.randint(1, 12)}:{r.randint(10, 59)} "
            f"AM {who} wrote:",
            f"On {s.date()}, {who} wrote:", f"{who} writes:",
            f"Am {s.day}.{r.randint(1, 12):02}.{s.year} um 10:{r.randint(10, 59)} schrieb {who}:",
            f"-----Original Message-----\nFrom: {s.to_first} {s.to_last} [mailto:{s.to_address}]\n"
            f"Sent: Monday, {s.month} {s.day}, {s.year} 9:12 AM\n"
            f"To: {s.first} {s.last}\nSubject: {s.subject}\n"]))
        parts.append("\n".join("> " + line for line in wrap(paragraph(r, language, r.randint(1, 6)), 70).split("\n")))
    english = r.choice(["Hi {},", "Hello {},", "Dear {},"])
    greeting = GREETINGS.get(language, english)
    parts.append(greeting.format(s.to_first))
    parts += [wrap(paragraph(r, language, r.randint(1, 5))) for _ in range(r.randint(1, 4))]
    parts.append(r.choice([f"Thanks,\n{s.first}", f"Best regards,\n{s.first} {s.last}",
                           f"Regards\n{s.first}", f"Cheers,\n{s.first}", s.first]))
    if r.random() < 0.5:
        parts.append(
            f"-- \n{s.first} {s.last}\n{s.address}\n"
            f"Tel. +49 30 {r.randint(10**5, 10**7)}\n"
            f"http://www.{s.host}/")
    if r.random() < 0.4:
        parts.append(r.choice(FOOTERS).replace("HOST", s.host))
    return "\n\n".join(parts) + "\n"


FOOTERS = [
    "_______________________________________________\n"
    "users mailing list\nusers@lists.example.org\n"
    "https://lists.example.org/mailman/listinfo/users",
    "-------------------------------------------------------\n"
    "This sf.net email is sponsored by: ThinkGeek\n"
    "Welcome to geek heaven.\nhttp://thinkgeek.com/sf\n"
    "_______________________________________________\n"
    "Devel mailing list\nDevel@lists.sourceforge.net\n"
    "https://lists.sourceforge.net/lists/listinfo/devel",
    "--\nTo unsubscribe from this list: send the line \"unsubscribe linux-kernel\" in\n"
    "the body of a message to majordomo@vger.kernel.org\n"
    "More majordomo info at  http://vger.kernel.org/majordomo-info.html\n"
    "Please read the FAQ at  http://www.tux.org/lkml/",
    "-- \nYou received this message because you are subscribed to the Google Groups \"users\" "
    "group.\nTo unsubscribe from this group and stop receiving emails from it, send an email "
    "to users+unsubscribe@googlegroups.com.\n"
    "To view this discussion on the web visit https://groups.google.com/d/msgid/users/",
    "To unsubscribe, e-mail: users-unsubscribe@HOST\nFor additional commands, e-mail: users-help@HOST",
    "__________________________________________________\n"
    "Do You Yahoo!?\nTired of spam?  Yahoo! Mail has the best spam protection around\n"
    "http://mail.yahoo.com",
    "Sent from my iPhone",
    "Von meinem iPhone gesendet",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "This email and any files transmitted with it are confidential and intended solely for "
    "the use of the individual or entity to whom they are addressed. If you have received this "
    "email in error please notify the system manager.",
    "-----BEGIN PGP SIGNATURE-----\n\niQIzBAEBCgAdFiEE\n-----END PGP SIGNATURE-----",
]

STATEMENTS = """	return 0;
	return -EINVAL;
	if (!ptr)
		return -ENOMEM;
	int i, ret;
	unsigned long flags;
	struct device *dev = &pdev->dev;
	spin_lock_irqsave(&lock, flags);
	spin_unlock_irqrestore(&lock, flags);
	printk(KERN_ERR "%s: failed to allocate memory\\n", __func__);
	dev_err(dev, "cannot register device: %d\\n", ret);
	ret = platform_driver_register(&driver);
	for (i = 0; i < ARRAY_SIZE(table); i++) {
	while (1) {
	} else {
	}
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/init.h>
#ifdef CONFIG_DEBUG
#define REG_STATUS	0x04
#endif /* CONFIG_DEBUG */
static int __init init_module(void)
static inline void write_reg(struct device *dev, u32 value, unsigned int reg)
{
}

EXPORT_SYMBOL_GPL(register_device);
MODULE_LICENSE("GPL");
config DEBUG
	bool "Enable debugging"
	depends on
	default y
	help""".split("\n")


def patch(s, language):
    del language
    r, out = s.random, [wrap(paragraph(s.random, "en", 2)), ""]
    out += [f"Signed-off-by: {s.first} {s.last} <{s.address}>"]
    out += [
        f"{r.choice(['Acked-by', 'Reviewed-by', 'Tested-by', 'Cc', 'Reported-by'])}: {s.to_first} "
        f"{s.to_last} <{s.to_address}>"] * r.randint(0, 1) + ["---"]
    name = r.choice(["drivers/net/core.c", "arch/x86/kernel/setup.c", "include/linux/device.h", "src/main.c",
                     "drivers/char/Kconfig", "kernel/Makefile", "fs/inode.c"])
    added, removed = r.randint(1, 40), r.randint(0, 20)
    out += [f" {name} |   {added + removed} {'+' * 8}{'-' * 4}",
            f" 1 files changed, {added} insertions(+), {removed} deletions(-)", ""]
    out += [f"diff --git a/{name} b/{name}", f"index {s.hex(7)}..{s.hex(7)} 100644", f"--- a/{name}", f"+++ b/{name}"]
    for _ in range(r.randint(1, 5)):
        line = r.randint(1, 900)
        out.append(
            f"@@ -{line},{r.randint(3, 12)} +{line},{r.randint(3, 20)} @@ static int probe(struct platform_device "
            f"*pdev)")
        out += [r.choice([" ", " ", "+", "+", "-"]) + r.choice(STATEMENTS) for _ in range(r.randint(6, 20))]
    return "\n".join(out + ["-- ", r.choice(["2.39.2", "1.7.10.4", "1.8.1.2"]), ""])


def newsletter(s, language):
    r = s.random
    rows = "".join(
        f'<tr>\n<td align="center" valign="top" style="padding:0 20px 10px 20px;font-family:Arial,'
        f'Helvetica,sans-serif;font-size:14px;line-height:20px;color:#333333;">'
        f'{paragraph(r, language, 2)}</td>\n'
        f'</tr>\n<tr>\n<td align="left" style="padding-bottom:20px;"><a href="https://{s.host}/track/click?u={s.hex(24)}&amp;'
        f'id={s.hex(10)}&amp;e={s.hex(10)}" '
        f'target="_blank" style="color:#ffffff;text-decoration:none;"><img src="https://{s.host}/images/{s.hex(8)}.png" '
        f'width="600" height="200" alt="" border="0" style="display:block;" /></a></td>\n'
        f'</tr>\n'
        for _ in range(r.randint(1, 6)))
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1.0" />
<title>{s.subject}</title>
<style type="text/css">
body, table, td, a {{ -webkit-text-size-adjust: 100%; -ms-text-size-adjust: 100%; }}
table, td {{ mso-table-lspace: 0pt; mso-table-rspace: 0pt; }}
img {{ -ms-interpolation-mode: bicubic; border: 0; height: auto; line-height: 100%; outline: none; text-decoration: none; }}
@media only screen and (max-width: 600px) {{ .container {{ width: 100% !important; }} .mobile {{ display: none !important; }} }}
</style>
</head>
<body style="margin:0;padding:0;background-color:#f4f4f4;" bgcolor="#ffffff" leftmargin="0" topmargin="0" marginwidth="0" marginheight="0">
<div style="display:none;max-height:0px;overflow:hidden;">{paragraph(r, language, 1)}&nbsp;&zwnj;&nbsp;&zwnj;</div>
<table border="0" cellpadding="0" cellspacing="0" width="100%" role="presentation">
<tr>
<td align="center">
<table border="0" cellpadding="0" cellspacing="0" width="600" class="container" bgcolor="#ffffff">
{rows}</table>
</td>
</tr>
</table>
<p style="font-size:11px;color:#999999;">&copy; {s.year} {s.host}. All rights reserved. <a href="https://{s.host}/unsubscribe">Unsubscribe</a> | <a href="https://{s.host}/privacy">Privacy Policy</a> | <a href="https://{s.host}/view">View in browser</a></p>
<img src="https://{s.host}/open.gif?u={s.hex(16)}" width="1" height="1" border="0" alt="" />
</body>
</html>
"""


def outlook(s, language):
    r = s.random
    body = "".join(
        f'<p class="MsoNormal"><span lang="EN-US" style="mso-fareast-language:EN-US">{paragraph(r, language, 2)}<o:p>'
        f'</o:p></span></p>\n<p class="MsoNormal"><o:p>&nbsp;</o:p></p>\n' for _ in range(r.randint(1, 5)))
    return f"""<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word" xmlns:m="http://schemas.microsoft.com/office/2004/12/omml" xmlns="http://www.w3.org/TR/REC-html40">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=us-ascii">
<meta name="Generator" content="Microsoft Word 15 (filtered medium)">
<style><!--
/* Font Definitions */
@font-face
	{{font-family:"Cambria Math";
	panose-1:2 4 5 3 5 4 6 3 2 4;}}
@font-face
	{{font-family:Calibri;
	panose-1:2 15 5 2 2 2 4 3 2 4;}}
/* Style Definitions */
p.MsoNormal, li.MsoNormal, div.MsoNormal
	{{margin:0cm;
	font-size:11.0pt;
	font-family:"Calibri",sans-serif;}}
a:link, span.MsoHyperlink
	{{mso-style-priority:99;
	color:#0563C1;
	text-decoration:underline;}}
.MsoChpDefault
	{{mso-style-type:export-only;}}
@page WordSection1
	{{size:612.0pt 792.0pt;
	margin:70.85pt 70.85pt 2.0cm 70.85pt;}}
div.WordSection1
	{{page:WordSection1;}}
--></style><!--[if gte mso 9]><xml>
<o:shapedefaults v:ext="edit" spidmax="1026" />
</xml><![endif]--></head>
<body lang="EN-US" link="#0563C1" vlink="#954F72" style="word-wrap:break-word">
<div class="WordSection1">
{body}<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">
<p class="MsoNormal"><b>From:</b> {s.to_first} {s.to_last} &lt;<a href="mailto:{s.to_address}">{s.to_address}</a>&gt; <br>
<b>Sent:</b> Monday, {s.month} {s.day}, {s.year} 9:12 AM<br>
<b>To:</b> {s.first} {s.last} &lt;{s.address}&gt;<br>
<b>Subject:</b> {s.subject}<o:p></o:p></p>
</div>
</div>
</body>
</html>
"""


def webmail(s, language):
    r = s.random
    text = paragraph(r, language, r.randint(2, 6))
    return r.choice([
        f'<div dir="ltr"><div>{text}</div><div><br></div><div>{s.first}</div></div><br><div class="gmail_quote">'
        f'<div dir="ltr" class="gmail_attr">On {r.choice(DAYS)}, {s.month} {s.day}, {s.year} at '
        f'10:15 AM {s.to_first} {s.to_last} &lt;<a href="mailto:{s.to_address}">{s.to_address}</a>'
        f'&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px '
        f'solid rgb(204,204,204);padding-left:1ex">{text}</blockquote></div>\n',
        f'<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head>'
        f'<body dir="auto"><div dir="ltr">{text}</div><div dir="ltr"><br><blockquote type="cite">'
        f'On {s.day} {s.month} {s.year}, at 10:15, {s.to_first} {s.to_last} &lt;{s.to_address}&gt;'
        f' wrote:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">{text}</div></blockquote>'
        f'</body></html>\n',
        f'<html>\n  <head>\n    <meta http-equiv="Content-Type" content="text/html; charset=UTF-8">'
        f'\n  </head>\n  <body text="#000000" bgcolor="#FFFFFF">\n'
        f'    <p>{text}</p>\n    <div class="moz-cite-prefix">On {s.day}.{r.randint(1, 12)}.{s.year} '
        f'10:15, {s.to_first} wrote:<br>\n'
        f'    </div>\n    <blockquote type="cite" cite="mid:{s.hex(16)}@{s.host}">\n'
        f'      <pre class="moz-quote-pre" wrap="">{text}</pre>\n'
        f'    </blockquote>\n  </body>\n</html>\n',
        f'<HTML><HEAD>\n<META http-equiv=Content-Type content="text/html; charset=iso-8859-1">\n'
        f'<META content="MSHTML 6.00.2600.0" name=GENERATOR>\n'
        f'<STYLE></STYLE>\n</HEAD>\n<BODY bgColor=#ffffff>\n'
        f'<DIV><FONT face=Arial size=2>{text}</FONT></DIV>\n'
        f'<DIV>&nbsp;</DIV>\n<TABLE cellSpacing=0 cellPadding=0 width="100%" border=0><TBODY><TR>'
        f'<TD align=middle><FONT face="Verdana, Arial, Helvetica, sans-serif" color=#ff0000 size=3>'
        f'<B>{s.subject}</B></FONT></TD></TR></TBODY></TABLE>\n'
        f'<P><A href="http://www.{s.host}/">Click Here</A></P></BODY></HTML>\n',
    ])


def bounce(s):
    return (
        f"This is the mail system at host {s.host}.\n"
        f"\nI'm sorry to have to inform you that your message could not\n"
        f"be delivered to one or more recipients. It's attached below.\n"
        f"\n"
        f"For further assistance, please send mail to postmaster.\n"
        f"\nIf you do so, please include this problem report. You can\n"
        f"delete your own text from the attached returned message.\n"
        f"\n                   The mail system\n"
        f"\n"
        f"<{s.to_address}>: host {s.to_host}[{s.ip()}] said: 550 5.1.1\n"
        f"    <{s.to_address}>: Recipient address rejected: User unknown in local recipient table\n"
        f"    (in reply to RCPT TO command)\n")


def delivery_status(s):
    return (
        f"Reporting-MTA: dns; {s.host}\nX-Postfix-Queue-ID: {s.hex(10).upper()}\n"
        f"X-Postfix-Sender: rfc822; {s.address}\n"
        f"Arrival-Date: {s.date()}\n\n"
        f"Final-Recipient: rfc822; {s.to_address}\n"
        f"Original-Recipient: rfc822;{s.to_address}\n"
        f"Action: failed\nStatus: 5.1.1\n"
        f"Remote-MTA: dns; {s.to_host}\n"
        f"Diagnostic-Code: smtp; 550 5.1.1 <{s.to_address}>: Recipient address rejected: User unknown\n")


def invitation(s):
    r, month = s.random, s.random.randint(1, 12)
    stamp = f"{s.year}{month:02}{s.day:02}T"
    return (
        f"BEGIN:VCALENDAR\nPRODID:-//Google Inc//Google Calendar 70.9054//EN\n"
        f"VERSION:2.0\nCALSCALE:GREGORIAN\n"
        f"METHOD:REQUEST\nBEGIN:VEVENT\nDTSTART:{stamp}090000Z\n"
        f"DTEND:{stamp}100000Z\nDTSTAMP:{stamp}08{r.randint(10, 59)}00Z\n"
        f"ORGANIZER;CN={s.first}:mailto:{s.address}\n"
        f"UID:{s.hex(26)}@google.com\nATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;"
        f"RSVP=\n TRUE;CN={s.to_address};X-NUM-GUESTS=0:mailto:{s.to_address}\n"
        f"CREATED:{stamp}080000Z\nDESCRIPTION:\n"
        f"LAST-MODIFIED:{stamp}080000Z\nLOCATION:\n"
        f"SEQUENCE:0\nSTATUS:CONFIRMED\nSUMMARY:{s.subject}\n"
        f"TRANSP:OPAQUE\nEND:VEVENT\nEND:VCALENDAR\n")


def quoted_printable(text):
    return quopri.encodestring(text.encode()).decode()
