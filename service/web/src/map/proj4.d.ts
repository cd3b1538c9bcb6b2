declare module 'proj4/lib/core' {
  import type { Converter } from 'proj4'
  export default function proj4(from: string, to: string): Converter
}

declare module 'proj4/lib/projections' {
  const projections: { add: (projection: unknown) => boolean }
  export default projections
}

declare module 'proj4/lib/projections/etmerc' {
  const projection: unknown
  export default projection
}
