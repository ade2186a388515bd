import type { Feature } from '../../kernel/feature.js';
import { Limits } from '../limit/limits.js';
import { FolderWalks } from './folder-walks.js';
import { Measurements } from './measurements.js';
import { personalStorage } from './personal-storage.js';
import { StorageHistory } from './storage-history.js';
import {
  AccountStorageResolver,
  StorageResolver,
  UserStorageResolver,
} from './storage.resolver.js';
import { Storages } from './storages.js';

export const storage: Feature = {
  name: 'storage',
  resolvers: [AccountStorageResolver, StorageResolver, UserStorageResolver],
  setUp(kernel, get) {
    const history = new StorageHistory(kernel);
    const measurements = new Measurements(kernel, get(Limits), history, new FolderWalks());
    const storages = new Storages(kernel, measurements, history, get(Limits));
    return {
      instances: [
        history,
        measurements,
        storages,
        new AccountStorageResolver(storages),
        new StorageResolver(history),
        new UserStorageResolver(storages),
      ],
      personalData: [personalStorage(kernel.database)],
      jobs: [
        {
          name: 'storage.measure_all',
          cron: '17 * * * *',
          maxAttempts: 1,
          run: () => measurements.measureAll(),
        },
        { name: 'storage.sweep', cron: '29 4 * * *', run: () => history.sweep() },
      ],
    };
  },
};
