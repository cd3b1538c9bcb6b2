export const mapWords = {} as const
