import type { Connection } from './connect.ts';
import { stateOf } from './connection-state.ts';

/**
 * Ends the autofill request under way, if any, and waits until the browser has let go of it: it
 * allows one WebAuthn request at a time and would refuse the next.
 */
export async function stopAutofill(connection: Connection): Promise<void> {
  const { autofill } = stateOf(connection);
  if (!autofill) return;
  autofill.stop.abort();
  await autofill.settled;
}
