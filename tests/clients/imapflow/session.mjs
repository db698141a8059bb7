// One session of imapflow with everything its users ask for. Prints what came as one JSON object.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const [modules, port, samples] = process.argv.slice(2);
const { ImapFlow } = createRequire(resolve(modules) + '/')('imapflow');
const messages = JSON.parse(readFileSync(samples, 'utf8')).map((text) => Buffer.from(text, 'base64'));

const digest = (octets) => createHash('sha256').update(octets).digest('hex');
const stored = (flags) => [...flags].filter((flag) => flag !== '\\Recent').sort();
const options = {
    host: '127.0.0.1',
    port: Number(port),
    secure: false,
    doSTARTTLS: false,
    qresync: true,
    logger: false,
    auth: { user: 'demo', pass: 'secret' },
};

/// A promise of the next event of that kind, which must come soon.
function next(client, kind) {
    return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${kind} came`)), 10000);
        client.once(kind, (event) => {
            clearTimeout(timer);
            resolve(event);
        });
    });
}

async function octetsOf(stream) {
    const pieces = [];
    for await (const piece of stream) pieces.push(piece);
    return Buffer.concat(pieces);
}

async function mailboxes(client, seen) {
    await client.mailboxCreate('Archiv/Köln');
    await client.mailboxCreate(['Work', 'Plans']);
    await client.mailboxRename('Work/Plans', 'Work/Done');
    await client.mailboxSubscribe('Work/Done');
    const list = await client.list({ statusQuery: { messages: true, uidNext: true } });
    seen.list = list.map((one) => [one.path, one.subscribed, one.status?.messages]).sort();
    await client.mailboxDelete('Work/Done');
}

async function fill(client, seen) {
    seen.appended = [];
    for (const message of messages) {
        const answer = await client.append('INBOX', message, ['\\Flagged', '$label'], new Date('2026-09-07T08:00:00Z'));
        seen.appended.push(answer.uid);
    }
}

async function read(client, seen) {
    seen.fetched = [];
    const query = { uid: true, flags: true, envelope: true, bodyStructure: true, internalDate: true, size: true,
                    source: true };
    for await (const message of client.fetch('1:*', query)) {
        seen.fetched.push({
            uid: message.uid,
            flags: stored(message.flags),
            subject: message.envelope.subject ?? null,
            type: message.bodyStructure.type,
            date: message.internalDate.toISOString(),
            size: message.size,
            digest: digest(message.source),
            named: /^[A-Za-z0-9_-]+$/.test(message.emailId ?? ''),
            modseq: typeof message.modseq === 'bigint',
        });
    }
    // imapflow decodes a part by itself: that of message 10 is base64.
    const part = await client.download('10', '2');
    seen.part = digest(await octetsOf(part.content));
    const whole = await client.download('10');
    seen.whole = digest(await octetsOf(whole.content));
}

async function search(client, seen) {
    seen.bySubject = await client.search({ subject: 'koi8' }, { uid: true });
    seen.byBody = await client.search({ body: 'Köln' }, { uid: true });
    seen.either = await client.search({ or: [{ larger: 100000 }, { header: { references: 'b@example.org' } }] },
                                      { uid: true });
    seen.byKeyword = (await client.search({ keyword: '$label', unseen: true }, { uid: true })).length;
}

async function change(client, seen) {
    const before = client.mailbox.highestModseq;
    await client.messageFlagsAdd('1:3', ['\\Seen']);
    await client.messageFlagsRemove('1', ['\\Flagged', '$label'], { useLabels: false });
    seen.changed = [];
    for await (const message of client.fetch('1:*', { uid: true, flags: true }, { changedSince: before }))
        seen.changed.push([message.uid, stored(message.flags)]);
    const copied = await client.messageCopy('2:3', 'Archiv/Köln');
    seen.copied = [...copied.uidMap];
    const moved = await client.messageMove('5', 'Archiv/Köln');
    seen.moved = [...moved.uidMap];
    await client.messageDelete('6', { uid: true });
    seen.left = (await client.search({ all: true }, { uid: true })).length;
    seen.archived = await client.status('Archiv/Köln', { messages: true, unseen: true });
    seen.quota = await client.getQuota('INBOX');
}

/// What another session does reaches an idle one.
async function watch(client, seen) {
    const other = new ImapFlow({ ...options, qresync: false });
    await other.connect();
    await other.mailboxOpen('INBOX');
    const idle = client.idle();
    const came = next(client, 'exists');
    await other.append('INBOX', messages[0]);
    seen.exists = (await came).count;
    const flagged = next(client, 'flags');
    await other.messageFlagsAdd('2', ['\\Answered']);
    seen.flags = stored((await flagged).flags);
    const gone = next(client, 'expunge');
    await other.messageDelete('2');
    const event = await gone;
    seen.expunge = [event.uid ?? null, event.vanished];
    await client.noop();
    await idle;
    await other.logout();
}

const client = new ImapFlow(options);
const seen = {};
await client.connect();
seen.enabled = [...client.enabled].sort();
seen.compressed = Boolean(client._deflate);
await mailboxes(client, seen);
await fill(client, seen);
const lock = await client.getMailboxLock('INBOX');
try {
    await read(client, seen);
    await search(client, seen);
    await change(client, seen);
    await watch(client, seen);
} finally {
    lock.release();
}
await client.logout();
console.log(JSON.stringify(seen));
