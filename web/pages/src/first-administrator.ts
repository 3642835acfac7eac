import { claimFirstAdministrator, KeylaneError, me } from '@keylane/client';
import { connectionFor } from '@keylane/elements/connection-for.ts';
import { pages as texts } from '@keylane/elements/texts/en.ts';

const connection = connectionFor(location.origin);

/**
 * The one-time link's token stands after the `#`, where no server log and no referrer sees it. Who
 * is signed in with a passkey is asked and becomes administrator; who is not signs up first.
 */
export async function startFirstAdministrator(): Promise<void> {
  const token = location.hash.slice(1);
  // The right link pasted over a wrong one changes what stands after the `#` only.
  addEventListener('hashchange', () => location.reload());
  if (!token) {
    show('status', texts.claimMissing);
    return;
  }
  element('claim')?.addEventListener('click', () => claim(token));
  document.addEventListener('keylane-signed-in', () => claim(token));
  const who = await me(connection).catch(() => null);
  if (who?.session.assurance === 'passkey') {
    show('handle', texts.claimAsk(who.user.handle));
    reveal('ask');
  } else {
    reveal('enter');
  }
}

async function claim(token: string): Promise<void> {
  hide('ask');
  hide('enter');
  show('status', texts.claiming);
  try {
    await claimFirstAdministrator(connection, token);
    history.replaceState(null, '', location.pathname);
    show('status', texts.claimed);
    reveal('done');
  } catch (error) {
    const refused = error instanceof KeylaneError && error.code === 'link_refused';
    const detail = error instanceof KeylaneError ? error.detail : undefined;
    show('status', refused ? texts.claimRefused : (detail ?? texts.claimFailed));
  }
}

function element(id: string): HTMLElement | null {
  return document.getElementById(id);
}

function show(id: string, text: string): void {
  const target = element(id);
  if (target) target.textContent = text;
}

function reveal(id: string): void {
  element(id)?.removeAttribute('hidden');
}

function hide(id: string): void {
  element(id)?.setAttribute('hidden', '');
}
