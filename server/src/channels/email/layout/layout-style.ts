/**
 * The dashboard's colours by value, since many clients know no variables. Text on its ground is
 * 4.5:1 or more in both schemes (WCAG 1.4.3).
 */
export const light = {
  page: '#f5f7f5',
  card: '#ffffff',
  line: '#dde4e0',
  text: '#16211d',
  muted: '#53615b',
  accent: '#0b6652',
  onAccent: '#ffffff',
};

const dark: typeof light = {
  page: '#101614',
  card: '#171f1c',
  line: '#2b3632',
  text: '#e4ebe7',
  muted: '#9eaca5',
  accent: '#4cc9a4',
  onAccent: '#04241b',
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
