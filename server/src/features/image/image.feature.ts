import type { Feature } from '../../kernel/feature.js';
import { Accounts } from '../account/accounts.js';
import { ImageResolver } from './image.resolver.js';
import { imageRoutes } from './image.routes.js';
import { ImageWorker } from './image-worker.js';
import { Images } from './images.js';
import { personalImages } from './personal-images.js';

export const image: Feature = {
  name: 'image',
  resolvers: [ImageResolver],
  setUp(kernel, get) {
    const worker = new ImageWorker();
    const images = new Images(kernel, get(Accounts), worker);
    return {
      instances: [worker, images, new ImageResolver(images)],
      routes: imageRoutes(images),
      jobs: [{ name: 'image.sweep', cron: '17 * * * *', run: () => images.sweep() }],
      personalData: [personalImages(kernel)],
    };
  },
};
