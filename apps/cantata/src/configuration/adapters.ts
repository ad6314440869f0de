/** What an address in the environment may lead to. An adapter that joins Cantata joins this list. */

/** How DATABASE_URL names a store. */
export const DATABASES = ['sqlite:PATH', 'file:PATH'] as const;
