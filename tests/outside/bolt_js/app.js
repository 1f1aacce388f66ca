// A desk that lends equipment: a small app on the official @slack/bolt, as anybody might write it. The local Slack is
// held against it (../test_bolt_js.py). Nothing of Bolt is replaced; only the address of the API is another one.
// With SLACK_SIGNING_SECRET it listens on HTTP (PORT), else in Socket Mode (SLACK_APP_TOKEN).
// To try one more thing of Bolt, add a listener here and a test that looks for what it did in the record.
'use strict';

const { createHash } = require('node:crypto');
const { App } = require('@slack/bolt');

const { SLACK_API_URL, SLACK_APP_TOKEN, SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET, PORT } = process.env;
const THINGS = ['monitor', 'monitor arm', 'keyboard', 'projector'];
const plain = (text) => ({ type: 'plain_text', text });
const option = (name) => ({ text: plain(name), value: name });

const app = new App({
  token: SLACK_BOT_TOKEN,
  clientOptions: { slackApiUrl: SLACK_API_URL },
  ...(SLACK_SIGNING_SECRET
    ? { signingSecret: SLACK_SIGNING_SECRET, port: Number(PORT) }
    : { appToken: SLACK_APP_TOKEN, socketMode: true }),
});

// -- a command that answers, and opens a modal ------------------------------------------------------------------------

app.command('/review', async ({ command, ack, client, respond }) => {
  if (command.text === 'stock') {
    const content = `${THINGS.join('\n')}\n`;
    await ack();
    await client.files.uploadV2({
      channel_id: command.channel_id,
      filename: 'stock.txt',
      title: 'Stock',
      content,
      initial_comment: 'What there is',
    });
    await respond({ text: `listed ${THINGS.length} things`, response_type: 'ephemeral' });
    return;
  }
  await ack({ text: 'one moment', response_type: 'ephemeral' });
  await client.views.open({ trigger_id: command.trigger_id, view: form(command.channel_id) });
});

const form = (channel) => ({
  type: 'modal',
  callback_id: 'lend',
  private_metadata: channel,
  notify_on_close: true,
  title: plain('Lend equipment'),
  submit: plain('Ask'),
  close: plain('Cancel'),
  blocks: [
    {
      type: 'input',
      block_id: 'thing',
      label: plain('Thing'),
      element: { type: 'external_select', action_id: 'thing', min_query_length: 2, placeholder: plain('Search') },
    },
    {
      type: 'input',
      block_id: 'days',
      label: plain('Days'),
      element: { type: 'number_input', action_id: 'days', is_decimal_allowed: false },
    },
    {
      type: 'input',
      block_id: 'proof',
      optional: true,
      label: plain('Permission'),
      element: { type: 'file_input', action_id: 'proof', max_files: 1 },
    },
  ],
});

app.options('thing', async ({ options, ack }) => {
  await ack({ options: THINGS.filter((name) => name.includes(options.value)).map(option) });
});

app.view('lend', async ({ ack, view, body, client }) => {
  const { thing, days, proof } = view.state.values;
  const count = Number(days.days.value);
  if (count > 30) {
    await ack({ response_action: 'errors', errors: { days: 'At most 30 days' } });
    return;
  }
  await ack();
  const files = await Promise.all((proof.proof.files ?? []).map(read));
  const what = thing.thing.selected_option.value;
  await client.chat.postMessage({
    channel: view.private_metadata,
    text: `${what} for ${count} days`,
    metadata: { event_type: 'lend', event_payload: { asked_by: body.user.id } },
    blocks: [
      { type: 'section', block_id: 'what', text: { type: 'mrkdwn', text: `<@${body.user.id}>: *${what}*, ${count} days` } },
      ...files.map((text) => ({ type: 'context', elements: [plain(text)] })),
      {
        type: 'actions',
        block_id: 'answer',
        elements: [{ type: 'button', action_id: 'lend_it', text: plain('Lend it'), style: 'primary', value: what }],
      },
    ],
  });
});

app.view({ callback_id: 'lend', type: 'view_closed' }, async ({ ack, view, body, client }) => {
  await ack();
  await client.chat.postEphemeral({ channel: view.private_metadata, user: body.user.id, text: 'nothing was asked for' });
});

// -- a button in a message: the message changes, and the one who pressed is told -----------------------------------------

app.action('lend_it', async ({ ack, action, body, client, respond }) => {
  await ack();
  await client.chat.update({
    channel: body.channel.id,
    ts: body.message.ts,
    text: `${action.value} is lent`,
    blocks: [body.message.blocks[0], { type: 'section', text: plain(`lent by ${body.user.name}`) }],
  });
  await respond({ text: `thank you for the ${action.value}`, response_type: 'ephemeral', replace_original: false });
});

// -- the Home tab, and a button in it ------------------------------------------------------------------------------------

const home = (times) => ({
  type: 'home',
  callback_id: 'home',
  private_metadata: String(times),
  blocks: [
    { type: 'header', text: plain('Equipment desk') },
    { type: 'section', block_id: 'times', text: plain(`counted ${times} times`) },
    { type: 'actions', elements: [{ type: 'button', action_id: 'count', text: plain('Count'), value: String(times) }] },
  ],
});

app.event('app_home_opened', async ({ event, client }) => {
  if (event.tab === 'home') {
    await client.views.publish({ user_id: event.user, view: home(0) });
  }
});

app.action('count', async ({ ack, body, client }) => {
  await ack();
  const { hash, private_metadata: times } = body.view;
  await client.views.publish({ user_id: body.user.id, hash, view: home(Number(times) + 1) });
});

// -- messages, and files in them -----------------------------------------------------------------------------------------

app.message(/^hello/, async ({ message, say }) => {
  await say({ text: `hello <@${message.user}>`, thread_ts: message.ts });
});

app.event('message', async ({ event, client }) => {
  if (event.subtype === 'file_share') {
    const told = await Promise.all(event.files.map(whole).map(async (file) => read(await file)));
    await client.chat.postMessage({ channel: event.channel, thread_ts: event.ts, text: told.join('\n') });
  }
});

// Of a file that somebody of another company shared, the event holds the id alone.
const whole = async (file) =>
  file.file_access === 'check_file_info' ? (await app.client.files.info({ file: file.id })).file : file;

const read = async (file) => {
  const answer = await fetch(file.url_private_download, { headers: { Authorization: `Bearer ${SLACK_BOT_TOKEN}` } });
  const bytes = Buffer.from(await answer.arrayBuffer());
  return `${file.name} ${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}`;
};

// -- start and stop --------------------------------------------------------------------------------------------------------

app.error(async (error) => {
  console.error(`FAILED ${error.code} ${error.message}`, error.data ?? error.original ?? '');
});

process.on('SIGTERM', async () => {
  await app.stop();
  process.exit(0);
});

app.start().then(() => console.log('the desk is open'));
