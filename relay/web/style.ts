import { createHash } from 'node:crypto';

/** The one style of all pages, written into each: a page stays readable when nothing else of the gateway answers. */
export const STYLE = `
:root { color-scheme: light dark; --page: #f3f5f8; --card: #fff; --ink: #1a1f26; --soft: #55606c; --line: #d6dde4; --field: #808b96; --well: #f0f3f6; --accent: #00679e; --accent-strong: #004f7a; --on-accent: #fff; --tint: #e4f1f9; --good: #17692f; --good-tint: #e3f4e8; --bad: #a8201a; --bad-tint: #fdeceb; --care: #7a4d00; --care-tint: #fff4dc; --shade: 0 1px 2px rgb(16 32 48 / 7%), 0 6px 20px rgb(16 32 48 / 6%); }
@media screen and (prefers-color-scheme: dark) { :root { --page: #11161b; --card: #1a2129; --ink: #e7ebef; --soft: #a5b0bb; --line: #2f3943; --field: #6f7c89; --well: #12181e; --accent: #6cc1f0; --accent-strong: #9ad5f7; --on-accent: #06202f; --tint: #15303f; --good: #74d492; --good-tint: #14301e; --bad: #ffa39c; --bad-tint: #3a1b1a; --care: #f2c66d; --care-tint: #33280f; --shade: 0 1px 2px rgb(0 0 0 / 40%); } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: var(--ink); background: var(--page); overflow-wrap: anywhere; }
a { color: var(--accent); text-underline-offset: .15em; }
a:hover { color: var(--accent-strong); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: 1rem; top: -4rem; padding: .5rem 1rem; background: var(--card); border-radius: 0 0 8px 8px; z-index: 2; }
.skip:focus { top: 0; }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.top { background: var(--card); border-bottom: 1px solid var(--line); }
.top > div { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: center; justify-content: space-between; max-width: 64rem; margin: 0 auto; padding: .7rem 1.25rem; }
.brand { display: inline-flex; align-items: center; gap: .6rem; font-weight: 650; color: var(--ink); text-decoration: none; }
.brand svg { width: 1.7rem; height: 1.7rem; flex: none; color: var(--accent); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem; list-style: none; margin: 0; padding: 0; }
nav a { display: block; padding: .4rem .8rem; border-radius: 99px; text-decoration: none; color: var(--soft); font-weight: 550; }
nav a:hover { background: var(--well); color: var(--ink); }
nav a[aria-current] { background: var(--tint); color: var(--accent-strong); }
main { flex: 1; width: 100%; max-width: 36rem; margin: 0 auto; padding: 2.25rem 1.25rem 3rem; }
main.wide { max-width: 64rem; }
main.middle { max-width: 48rem; }
footer { max-width: 64rem; width: 100%; margin: 0 auto; padding: 1rem 1.25rem 1.5rem; color: var(--soft); font-size: .875rem; }
h1 { font-size: 1.65rem; line-height: 1.25; letter-spacing: -.01em; margin: 0 0 .6rem; text-wrap: balance; }
h1 + .card, h1 + .notice, h1 + section { margin-top: 1.1rem; }
h2 { font-size: 1.15rem; line-height: 1.35; margin: 2.25rem 0 .75rem; }
h3 { font-size: 1rem; margin: 0 0 .35rem; }
p { margin: 0 0 .9rem; }
.lead { font-size: 1.06rem; color: var(--soft); text-wrap: pretty; }
.lead strong { color: var(--ink); }
.soft { color: var(--soft); font-size: .925rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 14px; box-shadow: var(--shade); padding: 1.35rem 1.5rem; margin: 0 0 1.1rem; }
.card > :last-child { margin-bottom: 0; }
.card > h2:first-child { margin-top: 0; }
.step { margin: 0 0 .4rem; font-weight: 600; }
.code { font: 700 2.5rem/1.2 ui-monospace, "SF Mono", Menlo, Consolas, monospace; letter-spacing: .22em; text-indent: .22em; text-align: center; background: var(--tint); color: var(--accent-strong); border-radius: 10px; padding: .9rem .5rem; margin: 0 0 .8rem; overflow-wrap: normal; user-select: all; }
.actions { display: flex; flex-wrap: wrap; gap: .7rem; align-items: center; margin-top: 1.25rem; }
button, .button { display: inline-flex; align-items: center; justify-content: center; gap: .5rem; min-height: 2.75rem; padding: .5rem 1.25rem; font: inherit; font-weight: 600; line-height: 1.25; text-align: center; text-decoration: none; border: 1px solid var(--field); border-radius: 10px; color: var(--ink); background: var(--card); cursor: pointer; }
button:hover, .button:hover { background: var(--well); color: var(--ink); }
.primary { border-color: transparent; background: var(--accent); color: var(--on-accent); }
.primary:hover { background: var(--accent-strong); color: var(--on-accent); }
.danger { border-color: currentColor; color: var(--bad); }
.danger:hover { background: var(--bad-tint); color: var(--bad); }
.small { min-height: 2.1rem; padding: .25rem .8rem; font-size: .9rem; border-radius: 8px; }
.whole { width: 100%; }
.notice { border-radius: 10px; padding: .8rem 1rem; margin: 0 0 1.1rem; background: var(--tint); border-left: 4px solid var(--accent); }
.notice > :last-child { margin-bottom: 0; }
.notice.care { background: var(--care-tint); border-color: var(--care); }
.notice.bad { background: var(--bad-tint); border-color: var(--bad); }
.notice.good { background: var(--good-tint); border-color: var(--good); }
.status { display: flex; gap: .6rem; align-items: center; color: var(--soft); margin: 1rem 0 0; }
.dot { flex: none; width: .65rem; height: .65rem; border-radius: 50%; background: var(--accent); }
.dot.good { background: var(--good); } .dot.bad { background: var(--bad); }
@media (prefers-reduced-motion: no-preference) { .waiting .dot { animation: breathe 1.6s ease-in-out infinite; } }
@keyframes breathe { 50% { opacity: .25; } }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.25rem; margin: 0 0 .9rem; }
dl.facts dt { color: var(--soft); } dl.facts dd { margin: 0; min-width: 0; }
.person { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between; }
.person p { margin: 0; }
fieldset { border: 0; margin: 0; padding: .9rem 0; min-width: 0; border-top: 1px solid var(--line); }
fieldset:first-of-type { border-top: 0; }
fieldset:last-of-type { padding-bottom: 0; }
legend { float: left; width: 100%; font-weight: 650; padding: 0; margin-bottom: .25rem; }
legend + * { clear: both; }
.scope { display: flex; gap: .75rem; align-items: flex-start; padding: .4rem .5rem; margin: 0 -.5rem; border-radius: 8px; cursor: pointer; }
.scope:hover { background: var(--well); }
input[type=checkbox] { flex: none; width: 1.25rem; height: 1.25rem; margin: .15rem 0 0; accent-color: var(--accent); }
.scope > span { flex: 1; min-width: 0; }
.scope .tag { float: right; margin: .1rem 0 0 .75rem; }
.more { border-top: 1px solid var(--line); margin-top: .9rem; padding-top: .6rem; }
.tag { display: inline-block; padding: .05rem .55rem; border-radius: 99px; font-size: .8rem; font-weight: 600; line-height: 1.5; background: var(--well); color: var(--soft); border: 1px solid var(--line); white-space: nowrap; }
.tag.reads { background: var(--good-tint); color: var(--good); border-color: transparent; }
.tag.writes { background: var(--care-tint); color: var(--care); border-color: transparent; }
.tag.removes { background: var(--bad-tint); color: var(--bad); border-color: transparent; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(25rem, 100%), 1fr)); gap: 1.1rem; align-items: start; }
.pair .card { margin: 0; min-width: 0; height: 100%; }
.pair h3 { font-size: 1.1rem; }
ol { margin: 0 0 .9rem; padding-left: 1.3rem; }
ul.chips { list-style: none; padding: 0; gap: .5rem; margin-bottom: 1.1rem; }
.tags { display: flex; flex-wrap: wrap; gap: .35rem; margin: 0 0 .9rem; }
ul.plain { list-style: none; margin: 0 0 .9rem; padding: 0; }
ul.plain > li { padding: .25rem 0; }
details { margin: 0 0 .9rem; }
summary { cursor: pointer; font-weight: 600; padding: .35rem 0; color: var(--accent); }
summary.button { color: var(--bad); padding: .25rem .8rem; list-style: none; }
summary.button::-webkit-details-marker { display: none; }
details.ask[open] > summary { margin-bottom: .75rem; }
.entry { padding: 1.1rem 0; border-top: 1px solid var(--line); }
.entry:first-of-type { border-top: 0; padding-top: 0; }
.entry:last-child { padding-bottom: 0; }
.entry > :last-child { margin-bottom: 0; }
pre { position: relative; margin: 0 0 .9rem; padding: .9rem 1rem; background: var(--well); border: 1px solid var(--line); border-radius: 10px; overflow-x: auto; font-size: .875rem; line-height: 1.5; white-space: pre; overflow-wrap: normal; max-height: 30rem; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
:not(pre) > code { font-size: .9em; background: var(--well); border: 1px solid var(--line); border-radius: 5px; padding: .05em .35em; }
.copyable { position: relative; }
.copyable pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.copyable:has(button) pre::before { content: ""; float: right; width: 4.4rem; height: 1.7rem; }
.copyable:last-child pre { margin-bottom: 0; }
.copyable button { position: absolute; top: .5rem; right: .5rem; }
.field { margin: 0 0 1rem; }
.field > label { display: block; font-weight: 600; margin-bottom: .2rem; }
.field .soft { display: block; margin-bottom: .35rem; }
input[type=search], input[type=text], input[type=number], select, textarea { width: 100%; min-height: 2.75rem; padding: .45rem .75rem; font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--field); border-radius: 10px; }
::placeholder { color: var(--soft); opacity: 1; }
textarea { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .9rem; min-height: 5rem; }
.search { display: grid; grid-template-columns: 1fr 14rem auto; gap: .75rem; align-items: end; }
.search label { display: block; font-weight: 600; margin-bottom: .2rem; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: .75rem; margin: 0; padding: 0; list-style: none; }
.tool { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: .85rem 1rem; }
.tool a { font-weight: 600; text-decoration: none; } .tool a:hover { text-decoration: underline; }
.tool code { display: block; border: 0; background: none; padding: 0; color: var(--soft); font-size: .82rem; }
.tool p { margin: .35rem 0 .5rem; font-size: .925rem; }
.tool .tags { margin: 0; }
.scroll { overflow-x: auto; }
li.event { display: flex; gap: .25rem 1rem; align-items: flex-start; justify-content: space-between; border-top: 1px solid var(--line); }
ul.plain > li.event { padding: .6rem 0; }
li.event:first-child { border-top: 0; }
li.event .tag { flex: none; }
table { border-collapse: collapse; width: 100%; font-size: .925rem; }
th { text-align: left; color: var(--soft); font-weight: 600; } th, td { padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
time { white-space: nowrap; }
dd ul.plain { margin: 0; } dd ul.plain > li { padding: 0; }
[hidden] { display: none; }
@media (max-width: 40rem) { main { padding: 1.5rem 1rem 2.5rem; } h1 { font-size: 1.4rem; } .card { padding: 1.1rem 1.1rem; } .code { font-size: 2rem; } fieldset { padding: .55rem 0; } .search { grid-template-columns: 1fr; } .actions > *, .actions form, .actions form button { width: 100%; } dl.facts { grid-template-columns: 1fr; gap: 0; } dl.facts dd { margin-bottom: .6rem; } .top > div { padding-inline: 1rem; } nav ul { margin-inline: -.8rem; } footer { padding-inline: 1rem; } .grid { grid-template-columns: 1fr; } }
@media print { :root { color-scheme: light; } nav, .skip, button, .button { display: none; } body, .card { background: none; } .card { box-shadow: none; break-inside: avoid; } pre { max-height: none; white-space: pre-wrap; } }
@media (forced-colors: active) { .dot { background: CanvasText; } button, .button, .card, .notice { border: 1px solid; } }
`;

/** Names this style in a policy, instead of allowing any inline style. */
export const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;
