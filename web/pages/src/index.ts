/** What each hosted page does beside showing its elements. The page says which it is in `data-page`. */
import '@keylane/elements/keylane-account.define.ts';
import '@keylane/elements/keylane-sign-in.define.ts';
import './pages.css';
import './lists.css';
import { startAccount } from './account.ts';
import { startFirstAdministrator } from './first-administrator.ts';
import { startMailbox } from './mailbox.ts';
import { startSignIn } from './sign-in.ts';

const PAGES: Record<string, () => void> = {
  'sign-in': startSignIn,
  'sign-up': startSignIn,
  account: startAccount,
  'first-administrator': startFirstAdministrator,
  mailbox: startMailbox,
};

PAGES[document.body.dataset.page ?? '']?.();
