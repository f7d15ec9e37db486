import type { ExportLine } from '@eads/protocol';

/** The files of an export, out of its lines; a file may come in parts. */
export const filesOf = (text: string): Map<string, Uint8Array> => {
  const files = new Map<string, string>();
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const { path, text: part }: ExportLine = JSON.parse(line);
    files.set(path, (files.get(path) ?? '') + part);
  }
  return new Map([...files].map(([path, content]) => [path, Buffer.from(content)]));
};
