/**
 * Filters of an address as the service takes them: the empty ones left out, those of `lists` as
 * lists, whose values an address parts by commas. The service checks the values itself.
 */
export function queryOf<Query>(filters: object, lists: readonly string[] = []): Query {
  const all: [string, string | readonly string[]][] = Object.entries(filters)
  const filled = all.filter(([, value]) => value.length > 0)
  return Object.fromEntries(filled.map(([name, value]) => [name, lists.includes(name) ? [value].flat().flatMap((one) => one.split(',')) : value])) as Query
}
