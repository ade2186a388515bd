/**
 * Who may import whom. A room of server/src/features uses rooms of lower storeys; within a storey only what is listed.
 * Tests beside the sources may look anywhere; what is shipped may not.
 */

// From the lowest storey up. A new room must be placed here, or the check fails.
const storeys = [
  ['site', 'account', 'image', 'activity', 'country'],
  ['factor', 'session', 'permission', 'address-rule'],
  ['password', 'passkey', 'totp', 'recovery-code', 'secondary-email', 'audit'],
  [
    'set-up',
    'registration',
    'sign-in',
    'sign-in-watch',
    'confirm',
    'recovery',
    'email-change',
    'invite',
    'lock-down',
    'recommendation',
    'welcome',
  ],
  [
    'notification',
    'notification-type',
    'notification-setting',
    'notification-email',
    'inbox',
    'delivery',
    'dispatch',
    'delivery-log',
  ],
  [
    'alert',
    'alert-reach',
    'broadcast',
    'webhook',
    'discord',
    'signal',
    'access-token',
    'license',
    'limit',
    'storage',
    'mailbox',
    'host',
    'alert-rule',
    'support-access',
    'user',
    'user-change',
    'policy',
    'closure',
    'event',
  ],
];

// room → rooms of its own storey that it may use; a circle here stops the check before it starts.
const neighbours = {
  account: ['activity'],
  activity: ['country'],
  'address-rule': ['session'],
  image: ['account'],
  delivery: ['notification'],
  'delivery-log': ['notification', 'notification-setting', 'inbox', 'delivery', 'dispatch'],
  dispatch: ['notification', 'delivery'],
  'alert-rule': ['host', 'user'],
  inbox: ['notification'],
  'lock-down': ['email-change'],
  license: ['user'],
  limit: ['user', 'user-change'],
  mailbox: ['limit'],
  recovery: ['email-change'],
  registration: ['email-change', 'invite'],
  'notification-email': ['notification-setting'],
  'notification-setting': ['notification', 'notification-type'],
  'notification-type': ['notification'],
  'secondary-email': ['password'],
  storage: ['limit', 'user'],
  totp: ['recovery-code'],
  'user-change': ['closure', 'user'],
};

const rooms = storeys.flat();
const features = 'server/src/features';
const unplaced = `^${features}/(?!(${rooms.join('|')})/|index\\.ts$)`;
// Not server/node_modules, where npm puts what only the server uses.
const ours = '^server/(?!node_modules/)';
const tests = '\\.(test|contract)\\.ts$';
const bare = (names) => `(^|node_modules/)(${names.join('|')})(/|$)`;

function refuseCircles() {
  const visit = (room, path) => {
    if (path.includes(room)) throw new Error(`Rooms in a circle: ${[...path, room].join(' → ')}`);
    for (const next of neighbours[room] ?? []) visit(next, [...path, room]);
  };
  Object.keys(neighbours).forEach((room) => visit(room, []));
}

function storeyRules() {
  return storeys.flatMap((storey, height) =>
    storey.map((room) => {
      const below = storeys.slice(0, height).flat();
      const mayUse = [room, ...below, ...(neighbours[room] ?? [])];
      return {
        name: `storey-of-${room}`,
        comment: `${room} may use lower storeys${neighbours[room] ? ` and ${neighbours[room].join(', ')}` : ''}; upward goes by event or port.`,
        severity: 'error',
        from: { path: `^${features}/${room}/`, pathNot: tests },
        // Rooms that are in no storey have their own rule.
        to: {
          path: `^${features}/(${rooms.join('|')})/`,
          pathNot: `^${features}/(${mayUse.join('|')})/`,
        },
      };
    }),
  );
}

refuseCircles();

const rules = [
  {
    name: 'no-circles',
    comment: 'A circle of imports, of types too, has no first room to understand.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'kernel-is-a-leaf',
    from: { path: '^server/src/kernel/', pathNot: tests },
    to: { path: `${ours}|^client/`, pathNot: '^server/src/kernel/' },
  },
  {
    name: 'transport-knows-only-kernel',
    comment: 'What transport needs of features is handed in by app.ts.',
    from: { path: '^server/src/transport/', pathNot: tests },
    to: { path: ours, pathNot: '^server/src/(transport|kernel)/' },
  },
  {
    name: 'embedded-knows-only-kernel',
    from: { path: '^server/src/embedded/', pathNot: tests },
    to: { path: ours, pathNot: '^server/src/(embedded|kernel)/' },
  },
  {
    name: 'backup-knows-only-kernel',
    comment: 'It reads tables as they are, of whatever room.',
    from: { path: '^server/src/backup/', pathNot: tests },
    to: { path: ours, pathNot: '^server/src/(backup|kernel)/' },
  },
  {
    name: 'channels-know-kernel-and-port',
    comment: 'Never each other, never an account. The texts they send are generated.',
    from: { path: '^server/src/channels/([^/]+)/', pathNot: tests },
    to: {
      path: ours,
      pathNot: `^server/src/(kernel/|generated/|channels/$1/|features/delivery/channel\\.ts$)`,
    },
  },
  {
    name: 'features-know-features-and-kernel',
    from: { path: `^${features}/`, pathNot: tests },
    to: { path: ours, pathNot: `^server/src/(features|kernel|generated)/` },
  },
  {
    name: 'room-without-a-storey',
    comment: 'Place the room in the table at the top of .dependency-cruiser.cjs.',
    from: { path: unplaced },
    to: {},
  },
  {
    name: 'import-of-a-room-without-a-storey',
    from: { pathNot: unplaced },
    to: { path: unplaced },
  },
  {
    name: 'feature-list-is-for-the-composition-root',
    from: { path: '^(server|client)/', pathNot: '^server/src/(app|schema)\\.ts$' },
    to: { path: `^${features}/index\\.ts$` },
  },
  {
    name: 'use-cases-see-no-transport',
    comment:
      '(viewer, input) in, entities or values out: no request, cookie, GraphQL type or status.',
    from: {
      path: `^${features}/`,
      pathNot: '\\.(resolver|view|feature|test|contract)\\.ts$|/index\\.ts$',
    },
    to: {
      path: bare(['graphql', 'type-graphql', '@apollo', 'graphql-ws', 'ws']) + '|^(node:)?https?$',
    },
  },
  {
    name: 'lucia-stays-in-its-room',
    comment: 'lucia is no longer developed; it must be replaceable in an hour.',
    from: { pathNot: `^${features}/session/` },
    to: { path: bare(['lucia']) },
  },
  {
    name: 'nothing-ships-with-tests',
    from: { path: '^(server|client)/src/', pathNot: '\\.(test|contract|stories)\\.(ts|svelte)$' },
    to: { path: '\\.(test|stories)\\.(ts|svelte)$|^server/(test|bench)/|^client/e2e/' },
  },
  {
    name: 'server-never-imports-client',
    from: { path: '^server/' },
    to: { path: `^client/|${bare(['@gatehouse/client'])}` },
  },
  {
    name: 'client-never-imports-server',
    comment: 'The client knows the server only through schema/.',
    from: { path: '^client/', pathNot: '^client/e2e/' },
    to: { path: `^server/|${bare(['@gatehouse/server'])}` },
  },
  {
    name: 'library-knows-no-application',
    comment: 'client/src/lib is published: no $app, no routes.',
    from: { path: '^client/src/lib/' },
    to: { path: '^client/src/(routes|hooks)|(^|/)\\$(app|env)/' },
  },
  {
    name: 'parts-know-no-features',
    from: { path: '^client/src/lib/(ui|connection|text|theme|graphql)/' },
    to: { path: '^client/src/lib/features/' },
  },
].map((rule) => ({ severity: 'error', ...rule }));

module.exports = {
  forbidden: [...rules, ...storeyRules()],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|build|\\.svelte-kit|storybook-static)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'svelte', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.svelte', '.d.ts', '.json'],
    },
  },
};
