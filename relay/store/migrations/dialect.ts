/** The two kinds of database; only migrations and the opening of a store need to know. */
export type Dialect = 'sqlite' | 'postgres';
