/** What each subject recognises in a model, worked out once: hovers, lenses and the panel ask again and again. */
import type { Match, Subject } from "../concepts/subject.ts"
import type { Model } from "../model/model.ts"

type BySubject = Map<Subject, readonly Match[]>

// Models live as long as their analysis, and so do these.
const known = new WeakMap<readonly Model[], Map<Model, BySubject>>()

/** The subject's matches in a model that stands beside others. */
export function matchesOf(subject: Subject, model: Model, beside: readonly Model[]): readonly Match[] {
  const models = known.get(beside) ?? new Map<Model, BySubject>()
  known.set(beside, models)
  const subjects: BySubject = models.get(model) ?? new Map()
  models.set(model, subjects)
  const found = subjects.get(subject) ?? subject.recognise(model, beside)
  subjects.set(subject, found)
  return found
}
