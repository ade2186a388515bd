import type { Origin } from '../../kernel/access/viewer.js';
import type { Tried } from './password-tries.js';

/** Hears of every password that was not right, also of one that was not even looked at. */
export interface PasswordWitness {
  /** Must cost the same for an account as for nobody. */
  failed(tried: Tried, origin: Origin): Promise<void>;
}
