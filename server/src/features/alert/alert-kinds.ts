export interface AlertTraits {
  /** Stands before the subject, as the user's document has it. */
  readonly sign: string;
  /** Sent whatever the person switched off. */
  readonly essential: boolean;
}

/** Every kind of security alert there is. */
export const alertKinds = {
  password_changed: { sign: '🔐', essential: true },
  primary_email_changed: { sign: '📧', essential: true },
  new_sign_in: { sign: '🌍', essential: false },
  failed_sign_ins: { sign: '🚨', essential: false },
  sessions_ended: { sign: '🔒', essential: true },
  api_key_changed: { sign: '🔑', essential: true },
  secondary_email_changed: { sign: '📧', essential: true },
  secondary_email_removed: { sign: '📭', essential: true },
  two_factor_changed: { sign: '📱', essential: true },
  passkey_changed: { sign: '🗝️', essential: true },
  recovery_codes_changed: { sign: '🧾', essential: true },
  ip_allowlist_changed: { sign: '🧱', essential: true },
  access_token_changed: { sign: '🎫', essential: true },
  notification_email_changed: { sign: '📨', essential: true },
  alerts_muted: { sign: '🔕', essential: true },
  data_export_requested: { sign: '📦', essential: true },
  account_deletion: { sign: '🗑️', essential: true },
  admin_action: { sign: '👤', essential: true },
  support_access_changed: { sign: '🛟', essential: true },
  locked_down: { sign: '🛑', essential: true },
} as const satisfies Record<string, AlertTraits>;

export type AlertKind = keyof typeof alertKinds;

/** The notification type that a kind is of: whose EMAIL is mandatory, or which obeys the matrix. */
export function typeOfAlert(kind: AlertKind): 'account.security' | 'account.activity' {
  return alertKinds[kind].essential ? 'account.security' : 'account.activity';
}

/** The type that the inbox and other channels know it by: support access has a row of its own in the matrix. */
export function noticeTypeOf(kind: AlertKind): string {
  return kind === 'support_access_changed' ? 'support.access_changed' : typeOfAlert(kind);
}
