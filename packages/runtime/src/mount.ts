import type { HttpServer } from './http-server.ts';

/** What a service exports: it registers its routes on the server it is given, under whatever prefix that one has. */
export type ServicePlugin = (app: HttpServer) => Promise<void>;

export interface MountOptions {
  /** `/nodes/ID`: starts with a slash, does not end with one. */
  readonly prefix: string;
  /** `/nodes/{member}`: services mounted several times are documented once. */
  readonly documentAs?: string;
  /** What each name in braces means. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Puts a service under a path of this server. Its hooks, decorators and websockets stay its own. */
export const mount = async (app: HttpServer, options: MountOptions, plugin: ServicePlugin): Promise<void> => {
  const { prefix, documentAs, parameters = {} } = options;
  if (!/^(?:\/[A-Za-z0-9._~-]+)+$/.test(prefix)) throw new Error(`"${prefix}" is not a path prefix like /nodes/ID.`);
  if (documentAs !== undefined) {
    const named = [...documentAs.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
    const missing = named.filter((name) => parameters[name] === undefined);
    if (missing.length > 0) throw new Error(`"${documentAs}" does not say what ${missing.join(', ')} means.`);
    app.mountNotes.push({ prefix, documentAs, parameters });
  }
  await app.register(async (scope) => plugin(scope as unknown as HttpServer), { prefix });
};
