/** Schemas made of schemas, all for the same value. */
import { isMapping } from '../../shape/reader.ts';
import type { Keyword } from '../keywords.ts';
import { alternativesOf, schemasOf, wrong } from './values.ts';

export const COMBINATIONS: Readonly<Record<string, Keyword>> = {
  $defs: shelf,
  definitions: shelf,

  $ref(value, at, _, compiler) {
    if (typeof value !== 'string') return wrong(value, at, 'a reference such as `#/$defs/name`');
    const schema = compiler.refer(value, at);
    return schema === undefined ? undefined : (instance, run) => run.fits(schema, instance);
  },

  allOf(value, at, _, compiler) {
    const schemas = alternativesOf(value, at, compiler);
    if (schemas === undefined) return undefined;
    return (instance, run) => {
      let fits = true;
      for (const schema of schemas) fits = run.fits(schema, instance) && fits;
      return fits;
    };
  },

  anyOf(value, at, _, compiler) {
    const schemas = alternativesOf(value, at, compiler);
    if (schemas === undefined) return undefined;
    return (instance, run) =>
      schemas.some((schema) => run.wouldFit(schema, instance)) ||
      run.fail(`fits none of the ${schemas.length} alternatives`);
  },

  oneOf(value, at, _, compiler) {
    const schemas = alternativesOf(value, at, compiler);
    if (schemas === undefined) return undefined;
    return (instance, run) => {
      const count = schemas.filter((schema) => run.wouldFit(schema, instance)).length;
      if (count === 1) return true;
      return run.fail(
        count === 0
          ? `fits none of the ${schemas.length} alternatives`
          : `fits ${count} of the ${schemas.length} alternatives, and should fit one`,
      );
    };
  },

  not(value, at, _, compiler) {
    const schema = compiler.compile(value, at);
    return (instance, run) => !run.wouldFit(schema, instance) || run.fail('is what it must not be');
  },

  // Before `if`, so that what is wrong with them is told at their places.
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: branch,
  else: branch,

  if(value, at, { then: yes, else: no }, compiler) {
    const condition = compiler.compile(value, at);
    const [positive, negative] = [yes, no].map((one) =>
      compiler.compile(isMapping(one) ? one : one !== false, at),
    );
    return (instance, run) => {
      const next = run.wouldFit(condition, instance) ? positive : negative;
      return next === undefined || run.fits(next, instance);
    };
  },
};

/** Applied where it is referred to. */
function shelf(...[value, at, _, compiler]: Parameters<Keyword>): undefined {
  schemasOf(value, at, compiler);
}

function branch(...[value, at, schema, compiler]: Parameters<Keyword>): undefined {
  compiler.compile(value, at);
  if (Object.hasOwn(schema, 'if')) return undefined;
  return at.report('schema_invalid', `${at.label} means nothing without \`if\``, { at: 'key' });
}
