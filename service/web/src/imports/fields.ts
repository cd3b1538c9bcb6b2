const FIELDS: Record<string, readonly string[]> = {
  villages: ['code', 'name'],
  plots: ['plot_no', 'village_code', 'land_class', 'planting', 'slope_grade', 'ownership', 'deduction_ratio', 'area_reported_m2'],
  patches: ['patch_no', 'change_code', 'before_date', 'after_date', 'land_before', 'area_reported_m2'],
}

const ZONE_FIELDS = ['zone_no', 'name', 'document_no', 'valid_from', 'valid_to', 'use', 'area_reported_m2']

/** The fields of a layer that a column of a file can fill. */
export function canonicalFields(layer: string): readonly string[] {
  return FIELDS[layer] ?? ZONE_FIELDS
}

/** What a sender says beside a file: columns by field, and the system of the land classes. */
export interface Said {
  columns: Record<string, string>
  landClasses: string
}

/** The same as a profile that the service reads; empty when nothing was said. */
export function profileOf({ columns, landClasses }: Said): string {
  const system = landClasses ? [`land_class_system = ${JSON.stringify(landClasses)}`] : []
  const aliases = Object.entries(columns).map(([field, source]) => `${field} = [${JSON.stringify(source)}]`)
  const lines = [...system, ...(aliases.length ? ['[aliases]', ...aliases] : [])]
  return lines.length ? [...lines, ''].join('\n') : ''
}

/** Whether two mappings say the same. */
export function sameMapping(one: Record<string, string>, other: Record<string, string>): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
}

function sorted(mapping: Record<string, string>): [string, string][] {
  return Object.entries(mapping).sort(([one], [other]) => one.localeCompare(other))
}
