import 'reflect-metadata';
import type { Feature } from '../kernel/feature.js';
import { accessToken } from './access-token/access-token.feature.js';
import { account } from './account/account.feature.js';
import { activity } from './activity/activity.feature.js';
import { alert } from './alert/alert.feature.js';
import { alertReach } from './alert-reach/alert-reach.feature.js';
import { alertRule } from './alert-rule/alert-rule.feature.js';
import { audit } from './audit/audit.feature.js';
import { addressRule } from './address-rule/address-rule.feature.js';
import { broadcast } from './broadcast/broadcast.feature.js';
import { closure } from './closure/closure.feature.js';
import { confirm } from './confirm/confirm.feature.js';
import { country } from './country/country.feature.js';
import { delivery } from './delivery/delivery.feature.js';
import { discord } from './discord/discord.feature.js';
import { deliveryLog } from './delivery-log/delivery-log.feature.js';
import { dispatch } from './dispatch/dispatch.feature.js';
import { emailChange } from './email-change/email-change.feature.js';
import { event } from './event/event.feature.js';
import { factor } from './factor/factor.feature.js';
import { image } from './image/image.feature.js';
import { host } from './host/host.feature.js';
import { inbox } from './inbox/inbox.feature.js';
import { invite } from './invite/invite.feature.js';
import { lockDown } from './lock-down/lock-down.feature.js';
import { license } from './license/license.feature.js';
import { limit } from './limit/limit.feature.js';
import { mailbox } from './mailbox/mailbox.feature.js';
import { notification } from './notification/notification.feature.js';
import { notificationEmail } from './notification-email/notification-email.feature.js';
import { notificationSetting } from './notification-setting/notification-setting.feature.js';
import { notificationType } from './notification-type/notification-type.feature.js';
import { passkey } from './passkey/passkey.feature.js';
import { password } from './password/password.feature.js';
import { permission } from './permission/permission.feature.js';
import { policy } from './policy/policy.feature.js';
import { recommendation } from './recommendation/recommendation.feature.js';
import { recovery } from './recovery/recovery.feature.js';
import { recoveryCode } from './recovery-code/recovery-code.feature.js';
import { registration } from './registration/registration.feature.js';
import { secondaryEmail } from './secondary-email/secondary-email.feature.js';
import { session } from './session/session.feature.js';
import { setUp } from './set-up/set-up.feature.js';
import { signal } from './signal/signal.feature.js';
import { signIn } from './sign-in/sign-in.feature.js';
import { signInWatch } from './sign-in-watch/sign-in-watch.feature.js';
import { site } from './site/site.feature.js';
import { supportAccess } from './support-access/support-access.feature.js';
import { storage } from './storage/storage.feature.js';
import { totp } from './totp/totp.feature.js';
import { user } from './user/user.feature.js';
import { userChange } from './user-change/user-change.feature.js';
import { webhook } from './webhook/webhook.feature.js';

/** All there is, lowest storey first: the one list of features. */
export const features: readonly Feature[] = [
  site,
  country,
  activity,
  account,
  image,
  factor,
  session,
  addressRule,
  permission,
  audit,
  password,
  recoveryCode,
  totp,
  passkey,
  secondaryEmail,
  setUp,
  signIn,
  signInWatch,
  confirm,
  emailChange,
  recovery,
  lockDown,
  recommendation,
  invite,
  registration,
  notification,
  notificationType,
  notificationSetting,
  notificationEmail,
  inbox,
  delivery,
  alert,
  alertReach,
  dispatch,
  deliveryLog,
  event,
  broadcast,
  webhook,
  discord,
  signal,
  accessToken,
  closure,
  user,
  userChange,
  policy,
  supportAccess,
  limit,
  storage,
  mailbox,
  license,
  host,
  alertRule,
];
