/** What the server sends, named and typed as it stands in the JSON. Times are milliseconds since the epoch. */

export interface User {
  id: string;
  handle: string;
  role: 'member' | 'administrator';
}

export interface SessionDetails {
  id: string;
  amr: string[];
  /** `code`: only an e-mail code was shown. `passkey`: a passkey was. */
  assurance: 'passkey' | 'doubtful-passkey' | 'code';
  authenticated_at_ms: number;
  expires_at_ms: number;
}

/** The answer to every way of signing in. The token members are absent on Keylane's own pages. */
export interface Session {
  user: User;
  session: SessionDetails;
  access_token?: string;
  expires_in_s?: number;
  refresh_token?: string;
}

export interface Me {
  user: User;
  session: SessionDetails;
  passkeys: number;
  sessions: number;
  development: boolean;
}

export interface Passkey {
  id: string;
  nickname: string;
  provider: string | null;
  aaguid: string;
  created_at_ms: number;
  last_used_at_ms: number | null;
  /** Backup eligible: the provider may copy it to the person's other devices. */
  synced: boolean;
  backed_up: boolean;
  transports: string[];
  created_in: string | null;
  /** This passkey opened the session that asks. */
  current: boolean;
}

/** What the browser needs to hear so that it stops offering passkeys that the server no longer knows. */
export interface AcceptedCredentials {
  rp_id: string;
  /** The WebAuthn user handle, base64url. */
  user_id: string;
  /** Credential ids, base64url. */
  credential_ids: string[];
}

export interface PasskeyList {
  passkeys: Passkey[];
  accepted?: AcceptedCredentials;
}

export interface SessionInfo {
  id: string;
  created_at_ms: number;
  last_seen_at_ms: number;
  expires_at_ms: number;
  assurance: 'passkey' | 'doubtful-passkey' | 'code';
  device: string;
  passkey_nickname: string | null;
  current: boolean;
}

export interface SignUp {
  signup_id: string;
  expires_in_s: number;
  resend_after_s: number;
}

export interface Registered {
  passkey: Passkey;
  /** A new session when the first passkey raised a code session, else null. */
  session: Session | null;
}

export interface ServerConfig {
  application: { name: string; rp_id: string };
  development: boolean;
  mail: 'mailbox' | 'smtp';
  signup: 'open';
}

/** RFC 9457, with Keylane's members. */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  code?: string;
  detail?: string;
  fix?: string;
  request_id?: string;
  reason?: string;
  retry_after_s?: number;
}
