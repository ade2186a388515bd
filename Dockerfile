# syntax=docker/dockerfile:1
FROM node:24-slim AS build
WORKDIR /gatehouse
COPY package.json package-lock.json .npmrc ./
COPY server/package.json server/
COPY client/package.json client/
RUN npm ci --no-audit --no-fund
COPY . .
# The image's own Node replaces the pinned one, which is for machines with an older Node.
RUN npm run build && npm prune --omit=dev && rm -rf node_modules/node-* node_modules/.bin/node node_modules/.cache

FROM node:24-slim
WORKDIR /gatehouse
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data
COPY --from=build /gatehouse/package.json ./
COPY --from=build /gatehouse/node_modules node_modules
COPY --from=build /gatehouse/server/package.json server/
COPY --from=build /gatehouse/server/migrations server/migrations
COPY --from=build /gatehouse/server/dist server/dist
COPY --from=build /gatehouse/schema schema
COPY --from=build /gatehouse/client/package.json client/
COPY --from=build /gatehouse/client/build client/build
RUN install --directory --owner=node --group=node --mode=0700 /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "server/dist/main.js"]
