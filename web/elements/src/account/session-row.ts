import type { SessionInfo } from '@keylane/client';
import { html, nothing, type TemplateResult } from 'lit';
import { exactTime, timeAgo } from '../format-time.ts';
import { screenIcon } from '../icons.ts';
import type { AccountModel } from './model.ts';

export function sessionRow(model: AccountModel, session: SessionInfo): TemplateResult {
  const { account: texts, language } = model.texts;
  const device = session.device || texts.unknownDevice;
  const how = session.passkey_nickname
    ? texts.sessionWith(session.passkey_nickname)
    : session.assurance === 'code'
      ? texts.sessionByCode
      : '';
  return html`<li class="item session" part="session" data-id=${session.id}>
    <span class="badge">${screenIcon}</span>
    <div class="name">
      <span>${device}</span>
      ${session.current ? html`<span class="mark">${texts.thisSession}</span>` : nothing}
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
    <dl class="facts">
      ${time(texts.signedIn, session.created_at_ms, language, how)}
      ${time(texts.lastSeen, session.last_seen_at_ms, language, '')}
    </dl>
  </li>`;
}

function time(name: string, atMs: number, language: string, more: string): TemplateResult {
  return html`<div>
    <dt>${name}</dt>
    <dd><time title=${exactTime(atMs, language)}>${timeAgo(atMs, language)}</time> ${more}</dd>
  </div>`;
}
