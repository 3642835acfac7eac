import { KeylaneAccount } from './keylane-account.ts';

declare global {
  interface HTMLElementTagNameMap {
    'keylane-account': KeylaneAccount;
  }
}

if (!customElements.get('keylane-account'))
  customElements.define('keylane-account', KeylaneAccount);
