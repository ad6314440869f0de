import { expect, test } from 'vitest';
import { readablePath, typedPath } from './paths.ts';

test('a path is relative to where people stand, unless it leads far away', () => {
  expect(readablePath('/home/me/project', '/home/me/project')).toBe('.');
  expect(readablePath('/home/me/project', '/home/me/project/a/b')).toBe('a/b');
  expect(readablePath('/home/me/project', '/home/me/other')).toBe('../other');
  expect(readablePath('/home/me/project', '/tmp/x')).toBe('/tmp/x');
});

test('a path with blanks is quoted for the shell', () => {
  expect(typedPath('/home', '/home/my data')).toBe("'my data'");
  expect(typedPath('/home', "/home/it's")).toBe(String.raw`'it'\''s'`);
  expect(typedPath('/home', '/home/a-b/c_d.ts')).toBe('a-b/c_d.ts');
});
