// Runs the local host for a test, and does over HTTP what people do.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const dll = process.env.SERIES_HOST ?? join(root, 'src/SeriesFunctions.Local/bin/Debug/net10.0/SeriesFunctions.Local.dll');
const sample = join(root, 'src/SeriesFunctions.Local/Walkthrough');

export async function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export async function startHost(hookUrl) {
  const data = await mkdtemp(join(tmpdir(), 'series-node-'));
  const [port, apiPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const child = spawn('dotnet', [
    dll, '--data', data, '--url', url, '--Logging:LogLevel:Default=Warning',
    `--SimulatedProvider:ApiUrl=http://127.0.0.1:${apiPort}`, `--SimulatedProvider:WebhookUrl=${hookUrl}`,
  ], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => { said += text; });
  const until = Date.now() + 60_000;
  while (true) {
    if (child.exitCode !== null || Date.now() > until) throw new Error(`The host did not start: ${said}`);
    if (await fetch(`${url}/health/ready`).then((answer) => answer.ok, () => false)) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    url, apiPort,
    secret: (await readFile(join(data, 'webhook-secret'), 'utf8')).trim(),
    apiKey: (await readFile(join(data, 'provider-key'), 'utf8')).trim(),
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
      await rm(data, { recursive: true, force: true });
    },
  };
}

let calls = 0;

export class Person {
  constructor(host, id, token) { Object.assign(this, { host, id, token }); }

  static async signIn(host, id, ...roles) {
    const answer = await fetch(`${host.url}/local/tokens`, { method: 'POST', body: JSON.stringify({ userId: id, roles }) });
    return new Person(host, id, (await answer.json()).token);
  }

  async send(method, path, body, wanted = [200, 201, 202, 204]) {
    const answer = await fetch(this.host.url + path, {
      method,
      headers: {
        Authorization: `Bearer ${this.token}`, 'Idempotency-Key': `key-${++calls}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!wanted.includes(answer.status)) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }
}

export async function drain(host) {
  const answer = await fetch(`${host.url}/local/drain`, { method: 'POST' });
  if (!answer.ok) throw new Error(await answer.text());
}

async function upload(ticket, file) {
  const answer = await fetch(ticket.url, { method: ticket.method, headers: ticket.headers, body: await readFile(join(sample, file)) });
  if (answer.status !== 201) throw new Error(`upload: ${answer.status} ${await answer.text()}`);
}

/** A published series at USD 9.99, by the way that people go. */
export async function publish(host) {
  const creator = await Person.signIn(host, 'creator');
  const platform = await Person.signIn(host, 'platform', 'platform');
  const moderator = await Person.signIn(host, 'moderator', 'moderator');
  await platform.send('PUT', '/v1/platform/creators/creator/profile', {
    followers: 25_000, accountCreatedAt: '2020-01-01T00:00:00Z', accountType: 'personal', postsLast30Days: 12, viewsLast30Days: 48_000, country: 'US', birthDate: '1994-05-17', handle: '@cleo',
  });
  await creator.send('POST', '/v1/creators/me/application', { programme: 'series' });
  await drain(host);
  const size = async (file) => (await readFile(join(sample, file))).length;
  const video = await creator.send('POST', '/v1/videos', { fileName: 'a.mp4', sizeBytes: await size('sample.mp4'), contentType: 'video/mp4' });
  await upload(video.upload, 'sample.mp4');
  const { seriesId } = await creator.send('POST', '/v1/series', { title: 'Ceramics', description: 'Clay.', category: 'crafts', price: { amount: 999, currency: 'USD' } });
  const cover = await creator.send('POST', `/v1/series/${seriesId}/cover`, { fileName: 'c.jpg', sizeBytes: await size('cover.jpg'), contentType: 'image/jpeg' });
  await upload(cover.upload, 'cover.jpg');
  await drain(host);
  await creator.send('POST', `/v1/series/${seriesId}/videos`, { videoId: video.videoId, title: 'One' });
  await creator.send('POST', `/v1/series/${seriesId}/submit`);
  await drain(host);
  const open = await moderator.send('GET', '/v1/moderation/cases');
  for (const { caseId } of open.items)
    await moderator.send('POST', `/v1/moderation/cases/${caseId}/decision`, { decision: 'approve', rule: 'all', note: 'Fine.' });
  await drain(host);
  return { creator, seriesId, videoId: video.videoId };
}
