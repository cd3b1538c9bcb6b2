import tokens from '../../../symbology/tokens.json'

export type Theme = 'category' | 'severity' | 'protection' | 'zone' | 'status'

export interface Symbol {
  value: string | number
  zh: string
  en: string
  colour: string
}

export const lines = tokens.line
export const opacities = tokens.opacity
export const labelColours = tokens.label

/** The symbols of a theme in legend order: the same colours as QGIS and the ledger have. */
export function symbols(theme: Theme): readonly Symbol[] {
  return tokens[theme]
}

export function symbolOf(theme: Theme, value: string | number | null | undefined): Symbol | undefined {
  return symbols(theme).find((symbol) => String(symbol.value) === String(value))
}

/** The colour of a value; grey for one that the symbology does not know. */
export function colourOf(theme: Theme, value: string | number | null | undefined): string {
  return symbolOf(theme, value)?.colour ?? '#7f7f7f'
}
