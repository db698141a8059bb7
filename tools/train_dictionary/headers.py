"""Headers in the manner of the programs that write mail: servers on the way, and senders."""

import base64
import quopri

from words import FIRST, HOSTS, LAST, SUBJECTS

DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
ZONES = ["+0000", "+0000 (UTC)", "+0100", "+0100 (CET)", "+0200 (CEST)", "-0400", "-0400 (EDT)", "-0500 (EST)",
         "-0700", "-0700 (PDT)", "-0800 (PST)", "GMT", "+0530", "+0800", "+0900"]
MAILERS = """X-Mailer: Microsoft Outlook 16.0
X-Mailer: Microsoft Outlook Express 6.00.2800.1106
X-Mailer: Apple Mail (2.3731.700.6)
X-Mailer: iPhone Mail (20H19)
X-Mailer: git-send-email 2.39.2
X-Mailer: PHPMailer 6.8.0 (https://github.com/PHPMailer/PHPMailer)
X-Mailer: Mailman 2.1.39
X-Mailer: Evolution 3.44.4-0ubuntu2
X-Mailer: Mozilla 4.7 [en] (WinNT; I)
X-Mailer: Internet Mail Service (5.5.2653.19)
User-Agent: Mutt/2.2.9 (2022-11-12)
User-Agent: Mutt/1.5.21 (2010-09-15)
User-Agent: Mozilla Thunderbird
User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:102.0) Gecko/20100101 Thunderbird/102.13.0
User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:102.0) Gecko/20100101 Thunderbird/102.13.0
User-Agent: Gnus/5.13 (Gnus v5.13) Emacs/28.2 (gnu/linux)
User-Agent: Roundcube Webmail/1.6.1
User-Agent: KMail/1.9.1""".split("\n")


class Sender:
    """One message's people, places and times, so that its headers agree with each other."""

    def __init__(self, random):
        self.random = random
        self.host = random.choice(HOSTS)
        self.to_host = random.choice(HOSTS)
        self.first, self.last = random.choice(FIRST), random.choice(LAST)
        self.to_first, self.to_last = random.choice(FIRST), random.choice(LAST)
        self.address = self.address_of(self.first, self.last, self.host)
        self.to_address = self.address_of(self.to_first, self.to_last, self.to_host)
        self.subject = random.choice(SUBJECTS)
        self.day, self.month = random.randint(1, 28), random.choice(MONTHS)
        self.year = random.choice([2002, 2005, 2010, 2013, 2017, 2019, 2020, 2021, 2022, 2023, 2024, 2025])

    def address_of(self, first, last, host):
        local = self.random.choice([f"{first}.{last}", first, f"{first[0]}{last}", "info", "noreply", "support"])
        return local.lower().encode("ascii", "ignore").decode() + "@" + host

    def hex(self, digits):
        return "".join(self.random.choices("0123456789abcdef", k=digits))

    def token(self, chars):
        return "".join(self.random.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", k=chars))

    def ip(self):
        r = self.random
        return r.choice([
            f"192.168.{r.randint(0, 255)}.{r.randint(1, 254)}",
            f"10.0.{r.randint(0, 99)}.{r.randint(1, 254)}",
            f"209.85.{r.randint(128, 255)}.{r.randint(1, 254)}",
            f"192.0.2.{r.randint(1, 254)}",
            "127.0.0.1",
        ])

    def date(self):
        r = self.random
        return (f"{r.choice(DAYS)}, {self.day} {self.month} {self.year} {r.randint(0, 23):02}:{r.randint(0, 59):02}:"
                f"{r.randint(0, 59):02} {r.choice(ZONES)}")

    def message_id(self):
        r = self.random
        local = r.choice([self.hex(32), f"{self.hex(8)}-{self.hex(4)}-4{self.hex(3)}-{self.hex(4)}-{self.hex(12)}",
                          f"CA{self.token(44)}".replace("/", "_"),
                          f"{self.year}0{r.randint(1, 9)}{r.randint(10, 28)}{self.hex(6)}.GA{r.randint(1000, 30000)}",
                          f"{r.randint(10**9, 10**10)}.{r.randint(1000, 99999)}.{r.randint(10**12, 10**13)}.JavaMail.root"])
        return f"<{local}@{r.choice([self.host, 'mail.gmail.com', 'localhost.localdomain'])}>"


def encoded_word(text):
    if text.isascii():
        return text
    if len(text) % 2:
        return "=?UTF-8?B?" + base64.b64encode(text.encode()).decode() + "?="
    return "=?utf-8?Q?" + quopri.encodestring(text.encode(), header=True).decode().replace("=\n", "") + "?="


def mailbox(name, address):
    return f'"{name}" <{address}>' if len(name) % 3 == 0 and name.isascii() else f"{encoded_word(name)} <{address}>"


def received(s):
    r, d = s.random, s.date()
    hop = r.choice(HOSTS)
    return r.choice([
        f"Received: from {s.host} ({s.host} [{s.ip()}])\n"
        f"\tby {hop} (Postfix) with ESMTP id {s.hex(10).upper()}\n"
        f"\tfor <{s.to_address}>; {d}",
        f"Received: from {s.host} ({s.host} [{s.ip()}])\n"
        f"\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\n"
        f"\t key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256)\n"
        f"\t(No client certificate requested)\n"
        f"\tby {hop} (Postfix) with ESMTPS id {s.hex(10).upper()}\n\tfor <{s.to_address}>; {d}",
        f"Received: from localhost (localhost [127.0.0.1])\n"
        f"\tby {hop} (Postfix) with ESMTP id {s.hex(10).upper()}\n"
        f"\tfor <{s.to_address}>; {d}",
        f"Received: by {hop} (Postfix, from userid 1000)\n\tid {s.hex(10).upper()}; {d}",
        f"Received: from {s.host} (HELO {s.host}) ({s.ip()})\n  by {hop} with SMTP; {d}",
        f"Received: (qmail {r.randint(1000, 32000)} invoked from network); {d}",
        f"Received: (qmail {r.randint(1000, 32000)} invoked by uid 500); {d}",
        f"Received: from [{s.ip()}] (helo={s.host})\n"
        f"\tby {hop} with esmtp (Exim 4.96)\n"
        f"\t(envelope-from <{s.address}>)\n"
        f"\tid 1q{s.token(4)}-00{s.token(4)}-2d\n"
        f"\tfor {s.to_address};\n\t{d}",
        f"Received: from {s.host} ([{s.ip()}]) by {hop} (8.12.11/8.12.11) with ESMTP id {s.token(12)}\n"
        f"\tfor <{s.to_address}>; {d}",
        f"Received: from mail-ed1-f{r.randint(40, 70)}.google.com (mail-ed1-f{r.randint(40, 70)}.google.com "
        f"[209.85.208.{r.randint(40, 70)}])\n"
        f"        by {hop} with ESMTPS id {s.hex(24)}\n"
        f"        for <{s.to_address}>\n        (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256 bits=128/128);"
        f"\n        {d}",
        f"Received: by 2002:a05:{s.hex(4)}:{s.hex(4)}:b0:{s.hex(3)}:{s.hex(4)}:{s.hex(4)} with SMTP "
        f"id {s.token(16)};\n        {d}",
        f"Received: from AM0PR0{r.randint(1, 9)}MB{r.randint(1000, 9999)}.eurprd05.prod.outlook.com "
        f"(2603:10a6:208:{s.hex(2)}::{s.hex(2)})\n"
        f" by {hop} with Microsoft SMTP Server (version=TLS1_2,\n"
        f" cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.{r.randint(4000, 9000)}.{r.randint(10, 40)};"
        f" {d}",
    ])


def authentication(s):
    r = s.random
    body_hash, signature = s.token(43) + "=", "\n         ".join(s.token(64) for _ in range(5))
    dkim = (
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\n"
        f"        d={s.host}; s={r.choice(['20230601', 'default', 'selector1', 'mail', 's1'])}; "
        f"t={r.randint(1600000000, 1800000000)};\n"
        f"        h=from:to:subject:date:message-id:mime-version:content-type:reply-to:list-unsubscribe;"
        f"\n        bh={body_hash};\n        b={signature}==")
    results = (
        f"Authentication-Results: {s.to_host};\n"
        f"       dkim=pass header.i=@{s.host} header.s=default header.b={s.token(8)};\n"
        f"       spf=pass (google.com: domain of {s.address} designates {s.ip()} as permitted sender) "
        f"smtp.mailfrom={s.address};\n"
        f"       dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from={s.host}")
    spf = (
        f"Received-SPF: pass (google.com: domain of {s.address} designates {s.ip()} as permitted "
        f"sender) client-ip={s.ip()};"
    )
    arc = (
        f"ARC-Seal: i=1; a=rsa-sha256; t={r.randint(1600000000, 1800000000)}; cv=none;\n"
        f"        d=google.com; s=arc-20160816;\n"
        f"        b={signature}=="
    )
    return r.choice([[], [], [dkim], [results, dkim], [arc, results, spf, dkim]])


def filters(s):
    r, score = s.random, s.random.randint(-40, 60) / 10
    spam = (
        f"X-Spam-Status: No, score={score} required=5.0 tests=BAYES_00,DKIM_SIGNED,\n"
        f"\tDKIM_VALID,DKIM_VALID_AU,HTML_MESSAGE,RCVD_IN_DNSWL_NONE,\n"
        f"\tSPF_HELO_NONE,SPF_PASS autolearn=ham autolearn_force=no version=3.4.6\n"
        f"X-Spam-Level: \nX-Spam-Checker-Version: SpamAssassin 3.4.6 (2021-04-09) on {s.to_host}")
    amavis = f"X-Virus-Scanned: amavisd-new at {s.to_host}\nX-Spam-Flag: NO\nX-Spam-Score: {score}"
    exchange = (
        "X-MS-Has-Attach: yes\nX-MS-TNEF-Correlator: \n"
        "X-MS-Exchange-Organization-SCL: -1\n"
        "X-MS-PublicTrafficType: Email\n"
        "X-MS-Exchange-CrossTenant-Network-Message-Id: "
        f"{s.hex(8)}-{s.hex(4)}-{s.hex(4)}-{s.hex(4)}-{s.hex(12)}\n"
        f"X-MS-Exchange-Transport-CrossTenantHeadersStamped: AM0PR05MB{r.randint(1000, 9999)}\n"
        f"Thread-Topic: {s.subject}\nThread-Index: Ad{s.token(24)}==\n"
        f"Accept-Language: en-US\nContent-Language: en-US")
    express = (
        "X-Priority: 3\nX-MSMail-Priority: Normal\n"
        "X-MimeOLE: Produced By Microsoft MimeOLE V6.00.2800.1106\n"
        "Importance: Normal"
    )
    google = (
        f"X-Google-DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\n"
        f"        d=1e100.net; s=20230601; t={r.randint(1600000000, 1800000000)};\n"
        f"X-Gm-Message-State: {s.token(80)}\n"
        f"X-Google-Smtp-Source: {s.token(60)}\n"
        f"X-Received: by 2002:a17:906:{s.hex(4)}:b0:{s.hex(3)}:{s.hex(4)}:{s.hex(4)} with SMTP id "
        f"{s.token(20)};"
    )
    return r.choice([[], [], [], [spam], [amavis], [exchange], [express], [google]])


def mailing_list(s):
    r, name = s.random, s.random.choice(["users", "devel", "announce", "linux-kernel", "discuss", "linux-users"])
    host = r.choice(["lists.example.org", "lists.sourceforge.net", "vger.kernel.org", "googlegroups.com",
                     "linux.example.org"])
    mailman = (
        f"Precedence: list\nX-BeenThere: {name}@{host}\n"
        f"X-Mailman-Version: 2.1.{r.randint(0, 39)}\n"
        f"List-Id: The {name} list <{name}.{host}>\n"
        f"List-Unsubscribe: <https://{host}/mailman/listinfo/{name}>,\n"
        f"\t<mailto:{name}-request@{host}?subject=unsubscribe>\n"
        f"List-Archive: <http://{host}/pipermail/{name}/>\n"
        f"List-Post: <mailto:{name}@{host}>\n"
        f"List-Help: <mailto:{name}-request@{host}?subject=help>\n"
        f"List-Subscribe: <https://{host}/mailman/listinfo/{name}>,\n"
        f"\t<mailto:{name}-request@{host}?subject=subscribe>\n"
        f"Errors-To: {name}-bounces@{host}\nSender: {name}-bounces@{host}")
    majordomo = (
        f"Precedence: bulk\nList-ID: <{name}.{host}>\n"
        f"X-Mailing-List: {name}@{host}\n"
        f"X-list: {name}\nSender: {name}-owner@{host}\n"
        f"X-ecartis-version: Ecartis v1.0.0\n"
        f"X-original-sender: {s.address}"
    )
    campaign = (
        f"List-Unsubscribe: <https://{s.host}/unsubscribe?u={s.hex(24)}&id={s.hex(10)}>,\n"
        f" <mailto:unsubscribe-{s.hex(16)}@{s.host}?subject=unsubscribe>\n"
        f"List-Unsubscribe-Post: List-Unsubscribe=One-Click\n"
        f"Precedence: bulk\nFeedback-ID: {r.randint(10**5, 10**7)}:{s.host}\n"
        f"X-Report-Abuse: Please report abuse for this campaign here")
    automatic = "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\nPrecedence: bulk"
    return r.choice([[], [], [mailman], [majordomo], [campaign], [automatic]])


def header_block(s, content):
    r = s.random
    lines = [f"Return-Path: <{s.address}>"] if r.random() < 0.6 else []
    lines += [f"Delivered-To: {s.to_address}"] if r.random() < 0.5 else []
    lines += [f"X-Original-To: {s.to_address}"] if r.random() < 0.3 else []
    lines += [received(s) for _ in range(r.randint(1, 5))]
    lines += authentication(s) + filters(s)
    fields = [f"From: {mailbox(s.first + ' ' + s.last, s.address)}",
              f"To: {mailbox(s.to_first + ' ' + s.to_last, s.to_address)}",
              f"Subject: {encoded_word(s.subject)}", f"Date: {s.date()}", f"Message-ID: {s.message_id()}"]
    fields += [f"Cc: {mailbox(r.choice(FIRST), s.address)},\n\t{s.to_address}"] if r.random() < 0.3 else []
    fields += [f"Reply-To: {s.address}"] if r.random() < 0.3 else []
    if s.subject.startswith("Re:"):
        fields += [f"In-Reply-To: {s.message_id()}", f"References: {s.message_id()}\n {s.message_id()}"]
    fields += [r.choice(MAILERS)] if r.random() < 0.6 else []
    fields += ["MIME-Version: 1.0" if r.random() < 0.8 else "Mime-Version: 1.0", content]
    r.shuffle(fields)
    return "\n".join(lines + fields + mailing_list(s))
