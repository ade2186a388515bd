import type { Answers } from '../../site/scenarios/answers.ts';

const one = (channel: string, title: string | null, text: string, html: string | null = null) => ({
  __typename: 'MessagePreview',
  channel,
  title,
  text,
  html,
});

/** Short of a whole mail, and of the same kind. */
const mail = (title: string, text: string) =>
  `<!doctype html><html><head><title>${title}</title><style>.page{color:red!important}</style></head>
<body class="page" style="margin:0;padding:32px;background:#f5f7f5;font-family:sans-serif;color:#16211d"><h1>${title}</h1><p>${text}</p></body></html>`;

const previews = (title: string, text: string) => [
  one('IN_APP', title, text),
  one('EMAIL', `Gatehouse: ${title}`, `${title}\n\n${text}`, mail(title, text)),
  one('DISCORD', `**${title}**`, text),
  one('WEBHOOK', null, JSON.stringify({ type: 'admin.message', data: { title } }, null, 2)),
];

/** A server without Signal. */
export const previewAnswers: Answers = {
  BroadcastPreviews: {
    data: {
      __typename: 'Query',
      admin: {
        __typename: 'Admin',
        english: previews('Maintenance tonight', 'From 22:00 to 23:00.'),
        italian: previews('Manutenzione stasera', 'Dalle 22:00 alle 23:00.'),
      },
    },
  },
};
