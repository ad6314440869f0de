/** Which methods a path takes, for whoever came with another one. Asked only about requests that found no route. */
import type { App } from '../app.ts';

export type MethodsAt = (path: string) => readonly string[];

/** To be called before there are routes. O(routes) for each question. */
export function methodsOf(app: App): MethodsAt {
  const routes: { readonly methods: readonly string[]; readonly steps: readonly string[] }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    // Preflights are answered at every path, those that there are not as well.
    const methods = [method].flat().filter((one) => one !== 'OPTIONS');
    routes.push({ methods, steps: url.split('/') });
  });
  return (path) => {
    const steps = path.split('/');
    const found = routes.filter((route) => leadsTo(route.steps, steps));
    return [...new Set(found.flatMap(({ methods }) => methods))].toSorted();
  };
}

/** `/workflows/:workflow/status`: a parameter is any step but an empty one. */
function leadsTo(route: readonly string[], steps: readonly string[]): boolean {
  if (route.length !== steps.length) return false;
  return route.every((step, n) => (step.startsWith(':') ? steps[n] !== '' : step === steps[n]));
}
