/** Text on its ground is 4.5:1 or more in both schemes (WCAG 1.4.3). */
export const light = {
  page: '#f3f4f6',
  card: '#ffffff',
  line: '#dfe2e7',
  text: '#1b1f24',
  muted: '#59616c',
  accent: '#2b5fd9',
  onAccent: '#ffffff',
};

const dark: typeof light = {
  page: '#101214',
  card: '#1a1d21',
  line: '#333940',
  text: '#eceef1',
  muted: '#a4acb7',
  accent: '#8fb4ff',
  onAccent: '#0b1a3a',
};

/** Only what cannot stand inline; `!important` is what wins over the inline colours. */
export const styleSheet = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
.page{background:${dark.page}!important}
.card{background:${dark.card}!important;border-color:${dark.line}!important}
.text{color:${dark.text}!important}
.muted,.label{color:${dark.muted}!important}
.facts{border-color:${dark.line}!important}
.code{background:${dark.page}!important;color:${dark.text}!important}
.button{background:${dark.accent}!important}
.button-text{color:${dark.onAccent}!important}
.link{color:${dark.accent}!important}
}
@media (max-width:480px){
.outer{padding:16px 12px!important}
.card{padding:24px 20px 8px!important}
.action{width:100%!important}
.facts,.facts tbody,.facts tr,.label,.value{display:block!important}
.label{padding:8px 0 0!important}
.value{padding:0 0 8px!important}
}
`;
