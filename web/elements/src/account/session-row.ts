import type { SessionInfo } from '@keylane/client';
import { html, nothing, type TemplateResult } from 'lit';
import { exactTime, localeOf, timeAgo } from '../format-time.ts';
import { deviceIcon, screenIcon } from '../icons.ts';
import type { AccountTexts } from '../texts/texts.ts';
import type { AccountModel } from './model.ts';

/** Systems of devices that one holds, in the server's words. */
const HANDHELD = /\b(Android|iPhone|iPad)$/;

export function sessionRow(model: AccountModel, session: SessionInfo): TemplateResult {
  const texts = model.texts.account;
  const locale = localeOf(model.texts.language);
  const device = session.device || texts.unknownDevice;
  return html`<li class="item session" part="session" data-id=${session.id}>
    <span class="badge">${HANDHELD.test(device) ? deviceIcon : screenIcon}</span>
    <div class="name">
      <span>${device}</span>
      ${session.current ? html`<span class="mark">${texts.thisSession}</span>` : nothing}
    </div>
    <div class="facts">
      <p title=${exactTime(session.created_at_ms, locale)}>${signedIn(session, locale, texts)}</p>
      <p title=${exactTime(session.last_seen_at_ms, locale)}>
        ${texts.lastSeen(timeAgo(session.last_seen_at_ms, locale, texts.justNow))}
      </p>
    </div>
    ${
      session.current
        ? nothing
        : html`<div class="actions">
            <button
              type="button" class="quiet" data-act="end" aria-label=${texts.endSessionOf(device)}
              @click=${() => model.endSession(session)}>${texts.endSession}</button>
          </div>`
    }
  </li>`;
}

function signedIn(session: SessionInfo, locale: string, texts: AccountTexts): string {
  const time = timeAgo(session.created_at_ms, locale, texts.justNow);
  if (session.passkey_nickname) return texts.signedInWith(time, session.passkey_nickname);
  return session.assurance === 'code' ? texts.signedInByCode(time) : texts.signedIn(time);
}
