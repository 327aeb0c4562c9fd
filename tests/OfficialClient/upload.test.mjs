// What an app's upload pipeline does with a ticket, done by the storage service's own client.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { AnonymousCredential, BlockBlobClient } from '@azure/storage-blob';

const local = fileURLToPath(new URL('../../src/SeriesFunctions.Local/', import.meta.url));
const corpus = fileURLToPath(new URL('../corpus/small/', import.meta.url));

let host, folder, base, token, file, bytes;

async function freePort() {
  const server = createServer();
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise(done => server.close(done));
  return port;
}

async function call(method, path, body, bearer = token) {
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() };
  if (bearer) headers.Authorization = `Bearer ${bearer}`;
  const answer = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

async function announce() {
  const { videoId, upload } = await call('POST', '/v1/videos', { fileName: 'bowl.mp4', sizeBytes: bytes.length, contentType: 'video/mp4' });
  return { videoId, client: () => new BlockBlobClient(upload.url, new AnonymousCredential(), { retryOptions: { maxTries: 1 } }) };
}

async function assertReady(videoId) {
  await call('POST', '/local/drain');
  const video = await call('GET', `/v1/videos/${videoId}`);
  assert.equal(video.status, 'ready', JSON.stringify(video.problems));
  assert.equal(video.facts.sizeBytes, bytes.length);
}

const blockId = number => Buffer.from(`block-${String(number).padStart(6, '0')}`).toString('base64');
const md5 = data => createHash('md5').update(data).digest();

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'series-client-'));
  // A real movie with more behind it, so that it takes many blocks.
  bytes = Buffer.concat([await readFile(join(corpus, 'h264-aac.mp4')), Buffer.alloc(3_000_000, 7)]);
  file = join(folder, 'bowl.mp4');
  await writeFile(file, bytes);
  base = `http://127.0.0.1:${await freePort()}`;
  host = spawn('dotnet', [join(local, 'bin/Debug/net10.0/SeriesFunctions.Local.dll'), '--url', base, '--data', join(folder, 'data')], { cwd: local, stdio: ['ignore', 'ignore', 'inherit'] });
  for (const until = Date.now() + 60_000; ;) {
    if (await fetch(`${base}/health/live`).then(answer => answer.ok, () => false)) break;
    assert.ok(Date.now() < until && host.exitCode === null, 'the host does not answer');
    await new Promise(done => setTimeout(done, 100));
  }
  const platform = (await call('POST', '/local/tokens', { userId: 'platform', roles: ['platform'] })).token;
  token = (await call('POST', '/local/tokens', { userId: 'creator' })).token;
  await call('PUT', '/v1/platform/creators/creator/profile', {
    followers: 25_000, accountCreatedAt: '2020-01-01T00:00:00Z', accountType: 'personal', postsLast30Days: 12, viewsLast30Days: 48_000, country: 'US', birthDate: '1994-05-17', handle: '@cleo',
  }, platform);
  await call('POST', '/v1/creators/me/application', { programme: 'series' });
  await call('POST', '/local/drain');
});

after(async () => {
  if (host?.exitCode === null) {
    const exited = new Promise(done => host.once('exit', done));
    host.kill('SIGTERM');
    await exited;
  }
  await rm(folder, { recursive: true, force: true });
});

test('a stream becomes a video', async () => {
  const { videoId, client } = await announce();
  const answer = await client().uploadStream(createReadStream(file, { highWaterMark: 64 * 1024 }), 256 * 1024, 4);
  assert.ok(answer.etag);
  await assertReady(videoId);
});

test('a file becomes a video in one request', async () => {
  const { videoId, client } = await announce();
  await client().upload(bytes, bytes.length);
  await assertReady(videoId);
});

test('an upload that broke off goes on where the block list says', async () => {
  const { videoId, client } = await announce();
  const size = 500_000;
  const blocks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, number) => ({ id: blockId(number), data: bytes.subarray(number * size, (number + 1) * size) }));
  const first = client();
  for (const block of [blocks[4], blocks[0], blocks[1]]) await first.stageBlock(block.id, block.data, block.data.length, { transactionalContentMD5: md5(block.data) });

  // Another process, which knows the URL and nothing else.
  const second = client();
  const listed = (await second.getBlockList('uncommitted')).uncommittedBlocks;
  assert.deepEqual(listed.map(block => `${block.name} ${block.size}`).sort(), [0, 1, 4].map(number => `${blockId(number)} ${size}`).sort());
  const have = new Set(listed.map(block => block.name));
  for (const block of blocks.filter(block => !have.has(block.id))) await second.stageBlock(block.id, block.data, block.data.length);
  await second.commitBlockList(blocks.map(block => block.id));
  assert.equal((await second.getBlockList('committed')).committedBlocks.length, blocks.length);
  await assertReady(videoId);
});

test('a block that is not what its MD5 says is refused as Md5Mismatch and not kept', async () => {
  const { client } = await announce();
  const data = bytes.subarray(0, 100_000);
  await assert.rejects(
    client().stageBlock(blockId(0), data, data.length, { transactionalContentMD5: md5('something else') }),
    error => error.statusCode === 400 && error.details?.errorCode === 'Md5Mismatch' && error.response.headers.get('x-ms-error-code') === 'Md5Mismatch');
  await client().stageBlock(blockId(1), data, data.length);
  assert.deepEqual((await client().getBlockList('uncommitted')).uncommittedBlocks.map(block => block.name), [blockId(1)]);
});

test('a list that names a block that was not uploaded is refused as InvalidBlockList', async () => {
  const { client } = await announce();
  await assert.rejects(client().commitBlockList([blockId(9)]), error => error.statusCode === 400 && error.details?.errorCode === 'InvalidBlockList');
});

test('a ticket reads nothing and writes nothing else', async () => {
  const { client } = await announce();
  await assert.rejects(client().download(), error => error.statusCode === 403 && error.details?.errorCode === 'AuthenticationFailed');
  await assert.rejects(client().delete(), error => error.statusCode >= 400);
  const other = new BlockBlobClient(client().url.replace(/vid_[^?]*/, 'vid_another'), new AnonymousCredential(), { retryOptions: { maxTries: 1 } });
  await assert.rejects(other.upload('x', 1), error => error.statusCode === 403 && error.details?.errorCode === 'AuthenticationFailed');
});
