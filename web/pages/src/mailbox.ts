import { localeOf, timeAgo } from '@keylane/elements/format-time.ts';
import { en, pages as texts } from '@keylane/elements/texts/en.ts';
import { html, nothing, render, type TemplateResult } from 'lit';

interface Mail {
  to: string;
  subject: string;
  text: string;
  at_ms: number;
  code?: string;
}

const REFRESH_MS = 2000;

/** Shows the mail of development mode, newest first, and looks for more while the page is in view. */
export function startMailbox(): void {
  const list = document.getElementById('mails');
  const status = document.getElementById('status');
  if (!list || !status) return;
  let newest = 0;
  const look = async () => {
    if (document.visibilityState === 'visible') {
      const mails = await read();
      if (mails) render(mails.map(mailView), list);
      status.textContent = statusText(mails, newest);
      newest = mails?.[0]?.at_ms ?? newest;
    }
    setTimeout(look, REFRESH_MS);
  };
  look();
}

async function read(): Promise<Mail[] | null> {
  try {
    const response = await fetch('/dev/mailbox.json', { cache: 'no-store' });
    if (!response.ok) return null;
    return ((await response.json()) as { mails: Mail[] }).mails;
  } catch {
    return null;
  }
}

/** Announced by screen readers, so it changes only when there is something new. */
function statusText(mails: Mail[] | null, newest: number): string {
  if (!mails) return texts.mailboxUnreachable;
  const mail = mails[0];
  if (!mail) return texts.mailboxEmpty;
  const isNew = newest > 0 && mail.at_ms > newest;
  return isNew && mail.code ? texts.newCode(mail.code, mail.to) : '';
}

function mailView(mail: Mail): TemplateResult {
  return html`<li class="mail">
    <p class="mail-head"><strong>${mail.subject}</strong> <span>${timeAgo(mail.at_ms, localeOf('en'), en.account.justNow)}</span></p>
    <p class="mail-to">${texts.mailTo(mail.to)}</p>
    ${mail.code ? codeView(mail.code) : nothing}
    <details><summary>${texts.wholeMail}</summary><pre tabindex="0">${mail.text}</pre></details>
  </li>`;
}

function codeView(code: string): TemplateResult {
  return html`<p class="mail-code">
    <span class="code">${code}</span>
    <button type="button" class="button" @click=${(event: Event) => copy(event, code)}>${texts.copy}</button>
  </p>`;
}

async function copy(event: Event, code: string): Promise<void> {
  const button = event.currentTarget as HTMLButtonElement;
  await navigator.clipboard.writeText(code);
  button.textContent = texts.copied;
  setTimeout(() => {
    button.textContent = texts.copy;
  }, REFRESH_MS);
}
