export const caseWords = {
  'case.open': ['打开图斑', 'Open the case'],
  'case.exempt': ['已批准（扣除）', 'Exempt (taken away)'],
  'case.suspect': ['疑似面积', 'Suspect area'],
  'case.range': ['±2 m 误差范围', 'Range at ±2 m'],
} as const
