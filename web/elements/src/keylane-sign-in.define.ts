import { KeylaneSignIn } from './keylane-sign-in.ts';

declare global {
  interface HTMLElementTagNameMap {
    'keylane-sign-in': KeylaneSignIn;
  }
}

if (!customElements.get('keylane-sign-in')) customElements.define('keylane-sign-in', KeylaneSignIn);
