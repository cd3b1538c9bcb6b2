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

/** The changed mapping as a profile that the service reads; empty when nothing was changed. */
export function profileOf(detected: Record<string, string>, mapping: Record<string, string>): string {
  const changed = JSON.stringify(sorted(detected)) !== JSON.stringify(sorted(mapping))
  if (!changed) return ''
  const lines = Object.entries(mapping).map(([field, source]) => `${field} = [${JSON.stringify(source)}]`)
  return ['[aliases]', ...lines, ''].join('\n')
}

function sorted(mapping: Record<string, string>): [string, string][] {
  return Object.entries(mapping).sort(([one], [other]) => one.localeCompare(other))
}
