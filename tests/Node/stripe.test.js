// Stripe's own library on both sides of the simulated provider: it builds, signs and verifies webhooks, and reads and refunds objects. Finds a provider that only we understand.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import Stripe from 'stripe';
import { Person, drain, publish, startHost } from './host.js';

let host, hook, stripe, shop, viewer, operator;
const told = [];

before(async () => {
  // What the simulated provider tells comes here and not to the host: the test forwards what it wants to.
  hook = createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part)).on('end', () => {
      told.push({ body: Buffer.concat(parts).toString(), signature: request.headers['stripe-signature'] });
      response.writeHead(200).end();
    });
  });
  await new Promise((resolve) => hook.listen(0, '127.0.0.1', resolve));
  host = await startHost(`http://127.0.0.1:${hook.address().port}/hook`);
  stripe = new Stripe(host.apiKey, { host: '127.0.0.1', port: host.apiPort, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
  shop = await publish(host);
  viewer = await Person.signIn(host, 'viewer');
  operator = await Person.signIn(host, 'operator', 'operator');
});

after(async () => {
  await host?.stop();
  hook?.close();
});

const playback = () => `/v1/series/${shop.seriesId}/videos/${shop.videoId}/playback`;

async function deliver(payload, signature) {
  const answer = await fetch(`${host.url}/v1/webhooks/stripe`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'Stripe-Signature': signature }, body: payload });
  return { status: answer.status, body: await answer.json() };
}

function signed(event) {
  const payload = JSON.stringify(event);
  return [payload, stripe.webhooks.generateTestHeaderString({ payload, secret: host.secret })];
}

/** The newest event of a type that the simulated provider told, once its signature was verified. */
async function heard(type) {
  await drain(host);
  const events = told.map(({ body, signature }) => ({ body, signature, event: stripe.webhooks.constructEvent(body, signature, host.secret) }));
  return events.findLast(({ event }) => event.type === type) ?? assert.fail(`no ${type} among ${events.map(({ event }) => event.type)}`);
}

let session, intent;

test('a webhook that the library builds and signs gives access, once, and a forged one does nothing', async () => {
  const checkout = await viewer.send('POST', `/v1/series/${shop.seriesId}/checkout`, { successUrl: 'https://app.example.com/ok', cancelUrl: 'https://app.example.com/no' });
  const page = new URL(checkout.url).pathname;
  session = await stripe.checkout.sessions.retrieve(page.split('/').at(-1));
  assert.equal(session.object, 'checkout.session');
  assert.deepEqual([session.status, session.payment_status, session.amount_total, session.currency], ['open', 'unpaid', 999, 'usd']);
  assert.equal(session.metadata.checkout_id, checkout.checkoutId);

  assert.equal((await fetch(host.url + page + '/pay', { method: 'POST' })).status, 200);
  session = await stripe.checkout.sessions.retrieve(session.id);
  assert.deepEqual([session.status, session.payment_status], ['complete', 'paid']);
  await viewer.send('GET', playback(), undefined, [403]);

  const [payload, signature] = signed({ id: 'evt_node_1', object: 'event', api_version: null, created: Math.floor(Date.now() / 1000), livemode: false, type: 'checkout.session.completed', data: { object: session } });
  assert.deepEqual(await deliver(payload.replace('evt_node_1', 'evt_node_2'), signature).then(({ status, body }) => [status, body.code]), [400, 'bad-signature']);
  await drain(host);
  await viewer.send('GET', playback(), undefined, [403]);

  assert.deepEqual(await deliver(payload, signature), { status: 200, body: { stored: true } });
  assert.deepEqual(await deliver(payload, signature), { status: 200, body: { stored: false } });
  await drain(host);
  await viewer.send('GET', playback());
  assert.equal((await viewer.send('GET', '/v1/me/purchases')).items.length, 1);
});

test('the library reads the payment with its charge and its fee', async () => {
  intent = await stripe.paymentIntents.retrieve(session.payment_intent, { expand: ['latest_charge.balance_transaction'] });
  assert.deepEqual([intent.object, intent.status, intent.amount_received], ['payment_intent', 'succeeded', 999]);
  assert.deepEqual([intent.latest_charge.object, intent.latest_charge.balance_transaction.fee, intent.latest_charge.balance_transaction.net], ['charge', 59, 940]);
  assert.equal(typeof (await stripe.paymentIntents.retrieve(intent.id)).latest_charge, 'string');
  assert.equal((await stripe.charges.retrieve(intent.latest_charge.id)).payment_intent, intent.id);
});

test('events of the simulated provider carry signatures that the library accepts', async () => {
  const { event } = await heard('checkout.session.completed');
  assert.deepEqual([event.object, event.data.object.id], ['event', session.id]);
  assert.equal((await stripe.events.retrieve(event.id)).type, 'checkout.session.completed');
  assert.throws(() => stripe.webhooks.constructEvent(told[0].body + ' ', told[0].signature, host.secret), Stripe.errors.StripeSignatureVerificationError);
});

test('a refund that the library makes at the provider is followed here', async () => {
  const part = await stripe.refunds.create({ payment_intent: intent.id, amount: 400 }, { idempotencyKey: 'part' });
  assert.deepEqual([part.object, part.status, part.amount], ['refund', 'succeeded', 400]);
  assert.equal((await stripe.refunds.create({ payment_intent: intent.id, amount: 400 }, { idempotencyKey: 'part' })).id, part.id);
  let { body, signature } = await heard('charge.refunded');
  assert.equal((await deliver(body, signature)).status, 200);
  await drain(host);
  assert.equal((await viewer.send('GET', '/v1/me/purchases')).items[0].state, 'partlyRefunded');
  await viewer.send('GET', playback());

  await stripe.refunds.create({ payment_intent: intent.id });
  ({ body, signature } = await heard('charge.refunded'));
  assert.equal((await deliver(body, signature)).status, 200);
  await drain(host);
  assert.equal((await viewer.send('GET', '/v1/me/purchases')).items[0].state, 'refunded');
  await viewer.send('GET', playback(), undefined, [403]);
  const refunds = await stripe.refunds.list({ payment_intent: intent.id });
  assert.deepEqual(refunds.data.map((refund) => refund.amount).sort(), [400, 599]);
});

test('our books are what the library reads of the provider’s', async () => {
  let net = 0;
  for await (const moved of stripe.balanceTransactions.list({ limit: 2 })) net += moved.net;
  const trial = await operator.send('GET', '/v1/operator/ledger/creator');
  assert.equal(trial.balances, true);
  assert.equal(trial.totals['USD provider'], net);
  assert.equal(net, -59);
});

test('what the provider refuses comes as the errors that the library knows', async () => {
  await assert.rejects(stripe.paymentIntents.retrieve('pi_none'), (error) => error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing' && error.statusCode === 404);
  await assert.rejects(stripe.refunds.create({ payment_intent: intent.id }), (error) => error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'charge_already_refunded');
  const stranger = new Stripe('sk_test_stranger', { host: '127.0.0.1', port: host.apiPort, protocol: 'http', maxNetworkRetries: 0 });
  await assert.rejects(stranger.paymentIntents.retrieve(intent.id), Stripe.errors.StripeAuthenticationError);
});

test('the library follows a creator’s account from its link to the first transfer', async () => {
  const { link, status } = await shop.creator.send('POST', '/v1/creators/me/payout-account', { returnUrl: 'https://app.example.com/back', refreshUrl: 'https://app.example.com/again' });
  assert.equal(status, 'pending');
  await drain(host);
  const page = new URL(link.url).pathname;
  const { accountId } = await (await fetch(`${host.url}${page}/complete`, { method: 'POST' })).json();
  const { event } = await heard('account.updated');
  assert.deepEqual([event.data.object.id, event.data.object.payouts_enabled], [accountId, true]);
  const account = await stripe.accounts.retrieve(accountId);
  assert.deepEqual([account.object, account.payouts_enabled, account.details_submitted, account.capabilities.transfers], ['account', true, true, 'active']);
  assert.deepEqual([account.requirements.currently_due, account.metadata.creator_id], [[], 'creator']);

  // There is not so much in the balance, since everything was refunded.
  await assert.rejects(stripe.transfers.create({ amount: 500, currency: 'usd', destination: accountId }), (error) => error.code === 'balance_insufficient');
  await assert.rejects(stripe.transfers.create({ amount: 500, currency: 'usd', destination: 'nobody' }), (error) => error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode === 400);
  const buyer = await Person.signIn(host, 'another');
  const checkout = await buyer.send('POST', `/v1/series/${shop.seriesId}/checkout`, { successUrl: 'https://app.example.com/ok', cancelUrl: 'https://app.example.com/no' });
  assert.equal((await fetch(host.url + new URL(checkout.url).pathname + '/pay', { method: 'POST' })).status, 200);
  const made = await stripe.transfers.create({ amount: 500, currency: 'usd', destination: accountId }, { idempotencyKey: 'first' });
  assert.deepEqual([made.object, made.amount, made.destination], ['transfer', 500, accountId]);
  assert.equal((await stripe.transfers.create({ amount: 500, currency: 'usd', destination: accountId }, { idempotencyKey: 'first' })).id, made.id);
  assert.equal((await stripe.transfers.retrieve(made.id)).amount, 500);

  await fetch(`${host.url}/local/accounts/${accountId}/restrict`, { method: 'POST' });
  assert.deepEqual((await stripe.accounts.retrieve(accountId)).capabilities.transfers, 'inactive');
  await assert.rejects(stripe.transfers.create({ amount: 1, currency: 'usd', destination: accountId }), (error) => error.code === 'insufficient_capabilities_for_transfer');
  await assert.rejects(stripe.accounts.retrieve('acct_none'), (error) => error.code === 'resource_missing');
});
