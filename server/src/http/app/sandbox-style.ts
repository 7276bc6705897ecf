/** How the sandbox looks: light and dark by the reader's own setting, from 390 to 1440 pixels wide. */
export const SANDBOX_STYLE = `
:root { color-scheme: light dark; --ground: #f4f5f8; --card: #fff; --line: #dcdfe6; --ink: #1b2130; --soft: #5b6478;
  --accent: #1f5fd1; --on-accent: #fff; --bubble: #e6eefc; --fault: #a4161f; --fault-ground: #fdecec; }
@media (prefers-color-scheme: dark) { :root { --ground: #11151d; --card: #1a202b; --line: #313a4a; --ink: #e8ebf2;
  --soft: #a3adbf; --accent: #82aeff; --on-accent: #0c1830; --bubble: #26395c; --fault: #ffb3b6; --fault-ground: #43191d; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI",
  Roboto, "Helvetica Neue", Arial, sans-serif; -webkit-text-size-adjust: 100%; }
h1 { font-size: 1.15rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 0 0 .25rem; }
p { margin: 0; }
.bar { position: sticky; top: 0; z-index: 1; display: flex; justify-content: space-between; align-items: center; gap: 1rem;
  padding: .6rem max(1rem, calc((100% - 60rem) / 2)); background: var(--card); border-bottom: 1px solid var(--line); }
.bar nav { display: flex; gap: .5rem; }
.brand { display: flex; align-items: center; gap: .5rem; }
.bell { width: 1.5rem; height: 1.5rem; fill: var(--accent); flex: none; }
.button { display: inline-block; padding: .4rem .85rem; border: 1px solid var(--line); border-radius: .5rem;
  background: var(--card); color: var(--ink); font: inherit; font-size: .95rem; text-decoration: none; cursor: pointer; }
.button:hover { border-color: var(--accent); }
.button:focus-visible, input:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.quiet { color: var(--soft); }
.strong { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; padding: .6rem; }
main { max-width: 62rem; margin: 0 auto; padding: 1rem; }
.hint { color: var(--soft); margin-bottom: 1rem; font-size: .95rem; }
.list { list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem; }
.message, .empty { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem; min-width: 0; }
.empty { text-align: center; padding: 3rem 1rem; color: var(--soft); }
.head { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center; margin-bottom: .75rem; }
.channel { font-size: .8rem; font-weight: 600; padding: .1rem .6rem; border: 1px solid var(--accent); color: var(--accent);
  border-radius: 1rem; white-space: nowrap; }
.to { font-weight: 600; overflow-wrap: anywhere; min-width: 0; }
.when { color: var(--soft); font-size: .85rem; margin-left: auto; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem .75rem; margin: 0 0 .75rem; font-size: .95rem; }
dt { color: var(--soft); overflow-wrap: anywhere; max-width: 9rem; }
dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
.subject { font-weight: 600; }
.facts { margin: .75rem 0 0; }
.frame { display: block; width: 100%; height: 24rem; resize: vertical; border: 1px solid var(--line); border-radius: .5rem;
  background: #fff; color-scheme: light; }
.plain { margin: 0; padding: .75rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--ground);
  white-space: pre-wrap; overflow-wrap: anywhere; font: .9rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
details { margin-top: .75rem; }
summary { cursor: pointer; color: var(--soft); margin-bottom: .5rem; }
.phone { max-width: 24rem; padding: .75rem; border: 1px solid var(--line); border-radius: 1.25rem; background: var(--ground); }
.sender { text-align: center; color: var(--soft); font-size: .85rem; margin-bottom: .5rem; overflow-wrap: anywhere; }
.bubble { display: inline-block; max-width: 90%; padding: .6rem .85rem; border-radius: 1rem 1rem 1rem .25rem;
  background: var(--bubble); white-space: pre-wrap; overflow-wrap: anywhere; }
.push { display: flex; gap: .75rem; max-width: 26rem; padding: .85rem; border: 1px solid var(--line); border-radius: 1rem;
  background: var(--ground); box-shadow: 0 2px 8px rgb(0 0 0 / .08); }
.push > div { min-width: 0; }
.app { flex: none; display: grid; place-items: center; width: 2.5rem; height: 2.5rem; border-radius: .6rem; background: var(--bubble); }
.title { font-weight: 600; overflow-wrap: anywhere; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; }
.sign-in { max-width: 24rem; padding-top: 12vh; display: grid; gap: 1rem; }
.sign-in form { display: grid; gap: 1rem; padding: 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
label { display: grid; gap: .25rem; font-size: .95rem; }
input { font: inherit; padding: .55rem .7rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--ground); color: var(--ink); width: 100%; }
.fault { padding: .6rem .75rem; border-radius: .5rem; background: var(--fault-ground); color: var(--fault); }
`;
