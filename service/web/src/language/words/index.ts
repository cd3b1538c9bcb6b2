import { accountWords } from './accounts'
import { alertWords } from './alerts'
import { assessmentWords } from './assessment'
import { caseWords } from './cases'
import { domainWords } from './domain'
import { importWords } from './imports'
import { mapWords } from './map'
import { phoneWords } from './phone'
import { sceneWords } from './scenes'
import { shellWords } from './shell'
import { villageWords } from './villages'

/** Every sentence of the page: Chinese, then English. */
export const words = {
  ...shellWords,
  ...domainWords,
  ...mapWords,
  ...caseWords,
  ...importWords,
  ...villageWords,
  ...alertWords,
  ...assessmentWords,
  ...phoneWords,
  ...sceneWords,
  ...accountWords,
} satisfies Record<string, readonly [zh: string, en: string]>
